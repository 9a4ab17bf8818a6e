#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <rt/rt.hpp>
#include <rt/testing/cluster.hpp>

#include "sim/cluster_program.hpp"

// Far more at once than may be under way: calls and tasks, each with an argument and a result just below the
// inlining limit, over sessions that are full after two or three. What each process had under way to another is
// checked by the cluster; here that each value is right, that nobody's calls change places, and that all come
// through.

namespace {

using rt::sim::check;
using workloads::sleep;

std::string text_of(int which) {
  return std::string(60'000 + static_cast<std::size_t>(which % 5) * 8'000,
                     static_cast<char>('a' + which % 26));
}

std::string pass(std::string text, int which, int ms) {
  check(text == text_of(which), "a task's argument is another");
  sleep(ms);
  return text;
}

class passing {
 public:
  explicit passing(int ms) : ms_(ms) {}

  std::string pass(std::string text, int which) {
    check(which > last_, "a call ran before one that was made before it");
    last_ = which;
    return ::pass(std::move(text), which, ms_);
  }

 private:
  int ms_;
  int last_ = -1;
};

class program final : workloads::cluster_program {
 public:
  static constexpr const char* workload = "cluster_bursts";
  static constexpr std::int64_t harm_max = 10'000;
  static void limit(rt::testing::cluster_options& options) {
    options.in_flight_bytes_max = 150'000;
  }

  program(rt::testing::cluster& around, std::uint64_t seed) : cluster_program(around, seed) {}

  void run(std::int64_t rounds) {
    for (std::int64_t round = 0; round < rounds; ++round) {
      begin_round(round);
      const bool calls = numbers().one_in(2);
      std::vector<rt::actor<passing>> actors;
      if (calls) {
        for (auto made = numbers().between(1, 3); made != 0; --made)
          actors.push_back(rt::spawn<passing>(some_ms(2, 10)));
      }
      const int count = static_cast<int>(numbers().between(10, 40));
      for (int which = 0; which < count; ++which) {
        begun_.emplace_back(
            which, calls ? rt::remote<&passing::pass>(actors[numbers().below(actors.size())],
                                                      text_of(which), which)
                         : rt::remote<pass>(text_of(which), which, some_ms(2, 10)));
      }
      while (!begun_.empty()) look_at_one();
      pause(500);
    }
  }

 private:
  void look_at_one() {
    const auto [which, ref] = take_any(begun_);
    try {
      check(rt::get(ref) == text_of(which), "a result is another");
    } catch (const rt::error& failed) {
      check(around().is_harmed(), std::string("something failed without harm: ") + failed.what());
      const rt::errc code = failed.code();
      check(workloads::is_of_a_death(code) || code == rt::errc::actor_died ||
                code == rt::errc::actor_unavailable,
            std::string("something failed with what no death gives: ") + failed.what());
    }
  }

  std::vector<std::pair<int, rt::object_ref<std::string>>> begun_;
};

}  // namespace

workloads::planned_workload workloads::cluster_bursts() { return cluster_workload<program>(); }
