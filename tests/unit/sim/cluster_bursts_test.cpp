#include <rt/testing/cluster.hpp>

#include <rt/rt.hpp>

#include <cstddef>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/cluster_run.hpp"

// More than may be under way to another process waits where it was made: the cluster fails a run in which a
// process had much more under way.

namespace {

using namespace std::chrono_literals;
using rt::testing::cluster;
using support::run_cluster;

constexpr std::size_t limit = 500'000;
constexpr int count = 200;

std::string text_of(int which) { return std::string(50'000, static_cast<char>('a' + which % 26)); }

/// Of one run: statics are shared by all processes of a simulated cluster.
int ran = 0;

std::string make(int which) {
  ++ran;
  return text_of(which);
}
std::size_t take(std::string text) {
  ++ran;
  return text.size();
}

class store {
 public:
  std::string make(int which) {
    in_order_ = in_order_ && which == next_++;
    ++ran;
    return text_of(which);
  }
  bool take(int which, std::string text) {
    in_order_ = in_order_ && which == next_++ && text == text_of(which);
    ++ran;
    return in_order_;
  }

 private:
  int next_ = 0;
  bool in_order_ = true;
};

rt::testing::cluster_options one_node(std::uint64_t seed) {
  ran = 0;
  return {.seed = seed,
          .nodes = 1,
          .links = rt::testing::links::reliable,
          .in_flight_bytes_max = limit};
}

}  // namespace

TEST_CASE("cluster bursts: calls to a node that has stopped wait with their caller", "[sim]") {
  for (const std::uint64_t seed : {1, 2, 3}) {
    run_cluster(one_node(seed), [](cluster& self) {
      const auto actor = rt::spawn<store>();
      CHECK(rt::get(rt::remote<&store::take>(actor, 0, text_of(0))));
      self.pause(1);
      std::vector<rt::object_ref<bool>> taken;
      for (int which = 1; which <= count; ++which) {
        taken.push_back(rt::remote<&store::take>(actor, which, text_of(which)));
      }
      rt::this_task::sleep_for(3s);
      self.resume(1);
      for (const bool in_order : rt::get(taken)) CHECK(in_order);
    });
  }
}

TEST_CASE("cluster bursts: calls whose answers nobody reads do not begin", "[sim]") {
  for (const std::uint64_t seed : {1, 2, 3}) {
    run_cluster(one_node(seed), [](cluster& self) {
      const auto actor = rt::spawn<store>();
      CHECK(rt::get(rt::remote<&store::make>(actor, 0)) == text_of(0));
      self.partition_one_way(1, self.driver());
      std::vector<rt::object_ref<std::string>> made;
      for (int which = 1; which <= count; ++which) {
        made.push_back(rt::remote<&store::make>(actor, which));
      }
      rt::this_task::sleep_for(3s);
      const int ran_unheard = ran;
      self.heal();
      for (int which = 1; which <= count; ++which) {
        CHECK(rt::get(made[static_cast<std::size_t>(which) - 1]) == text_of(which));
      }
      // The first, as many as there is room for, and what that is asked after.
      CHECK(ran_unheard <= 1 + static_cast<int>(limit / 50'000) + 2);
      CHECK(ran == count + 1);
    });
  }
}

TEST_CASE("cluster bursts: tasks wait in their queue, and their results for room", "[sim]") {
  for (const std::uint64_t seed : {1, 2, 3}) {
    rt::testing::cluster_options options = one_node(seed);
    // More slots than a session has room for what may lie on them.
    options.node.num_cpus = 32;
    run_cluster(options, [](cluster& self) {
      std::vector<rt::object_ref<std::size_t>> taken;
      for (int which = 0; which < count; ++which) taken.push_back(rt::remote<take>(text_of(which)));
      for (const std::size_t size : rt::get(taken)) CHECK(size == 50'000);

      self.partition_one_way(1, self.driver());
      std::vector<rt::object_ref<std::string>> made;
      for (int which = 0; which < count; ++which) made.push_back(rt::remote<make>(which));
      rt::this_task::sleep_for(3s);
      self.heal();
      for (int which = 0; which < count; ++which) {
        CHECK(rt::get(made[static_cast<std::size_t>(which)]) == text_of(which));
      }
      CHECK(ran == 2 * count);
    });
  }
}
