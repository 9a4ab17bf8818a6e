#include <rt/testing/cluster.hpp>

#include <rt/rt.hpp>

#include <stdexcept>
#include <string>
#include <vector>

#include "support/catch.hpp"

namespace {

using namespace std::chrono_literals;
using rt::testing::cluster;
using rt::testing::cluster_options;

/// Of one run: statics are shared by all processes of a simulated cluster.
int constructed = 0;
int destroyed = 0;

struct base {
  virtual ~base() = default;
  virtual int value() const = 0;
};

class counter : public base {
 public:
  explicit counter(int begin) : value_(begin) { ++constructed; }
  counter(const counter&) = delete;
  counter& operator=(const counter&) = delete;
  ~counter() override { ++destroyed; }

  int value() const override { return value_; }
  int add(int by) { return value_ += by; }
  int add_slowly(int by) {
    rt::this_task::sleep_for(5ms);
    return value_ += by;
  }
  void note(int which) { noted_.push_back(which); }
  std::vector<int> noted() const { return noted_; }
  std::string where() const { return to_string(rt::this_task::node()); }
  std::string id() const { return to_string(rt::this_task::actor_id()); }
  std::string text(int size) const { return std::string(static_cast<std::size_t>(size), 'x'); }
  int refuse(int x) const { throw std::out_of_range("no " + std::to_string(x)); }
  void leave() const { rt::exit_actor(); }
  rt::actor<counter> self() const { return rt::this_actor<counter>(); }
  void keep(rt::actor<counter> other) { kept_ = other; }
  int ask_kept(int by) const { return rt::get(rt::remote<&counter::add>(kept_, by)); }
  rt::actor<counter> give_kept() { return std::move(kept_); }
  int wait_for_end() const {
    while (!rt::this_task::cancelled()) rt::this_task::sleep_for(1ms);
    return 0;
  }

 private:
  int value_;
  std::vector<int> noted_;
  rt::actor<counter> kept_;
};

struct unbuildable {
  explicit unbuildable(int x) {
    throw std::runtime_error("cannot be made of " + std::to_string(x));
  }
  int value() const { return 1; }
};

int add_to(rt::actor<counter> to, int by) { return rt::get(rt::remote<&counter::add>(to, by)); }
rt::actor<counter> hand_on(rt::actor<counter> given) { return given; }
rt::actor<counter> spawn_there(int begin) { return rt::spawn<counter>(begin); }

void check_ok(const rt::sim::report& report) {
  for (const std::string& line : report.log) UNSCOPED_INFO(line);
  INFO(report.failure);
  CHECK(report.ok());
}

void run(const cluster_options& options, const std::function<void(cluster&)>& program) {
  constructed = 0;
  destroyed = 0;
  cluster around(options);
  check_ok(around.run(program));
}

TEST_CASE("cluster actors: one that the driver spawns lives on a node", "[sim]") {
  run({.seed = 1}, [](cluster&) {
    const auto a = rt::spawn<counter>(40);
    CHECK(rt::get(rt::remote<&counter::add>(a, 2)) == 42);
    CHECK(rt::get(rt::remote<&counter::where>(a)) != "none");
    CHECK(rt::get(rt::remote<&base::value>(a)) == 42);
  });
  CHECK(constructed == 1);
  CHECK(destroyed == 1);
}

TEST_CASE("cluster actors: a caller's calls run in its order", "[sim]") {
  run({.seed = 2}, [](cluster&) {
    const auto a = rt::spawn<counter>(0);
    std::vector<int> expected;
    for (int i = 0; i < 100; ++i) {
      rt::remote<&counter::note>(a, i);
      expected.push_back(i);
    }
    CHECK(rt::get(rt::remote<&counter::noted>(a)) == expected);
  });
}

TEST_CASE("cluster actors: a handle goes where it is handed, and comes home", "[sim]") {
  run({.seed = 3, .nodes = 3}, [](cluster&) {
    const auto a = rt::spawn<counter>(1);
    CHECK(rt::get(rt::remote<add_to>(a, 2)) == 3);
    CHECK(rt::get(rt::remote<add_to>(a, 4)) == 7);
    const rt::actor<counter> back = rt::get(rt::remote<hand_on>(a));
    CHECK(back == a);
    CHECK(std::hash<rt::actor<counter>>()(back) == std::hash<rt::actor<counter>>()(a));
    CHECK(rt::get(rt::remote<&counter::add>(back, 1)) == 8);
    const auto b = rt::spawn<counter>(0);
    rt::remote<&counter::keep>(b, a);
    CHECK(rt::get(rt::remote<&counter::ask_kept>(b, 10)) == 18);
    CHECK(rt::get(rt::remote<&counter::give_kept>(b)) == a);
    CHECK(rt::get(rt::remote<&counter::self>(a)) == a);
  });
  CHECK(destroyed == 2);
}

TEST_CASE("cluster actors: one that a node spawns is called from elsewhere", "[sim]") {
  run({.seed = 4, .nodes = 2}, [](cluster&) {
    const rt::actor<counter> there = rt::get(rt::remote<spawn_there>(5));
    for (int i = 0; i < 10; ++i) CHECK(rt::get(rt::remote<&counter::add>(there, 1)) == 6 + i);
    CHECK(rt::get(rt::remote<add_to>(there, 5)) == 20);
    CHECK(rt::get(rt::remote<&counter::self>(there)) == there);
  });
  CHECK(destroyed == 1);
}

TEST_CASE("cluster actors: results and exceptions come back as what they were", "[sim]") {
  run({.seed = 5}, [](cluster&) {
    const auto a = rt::spawn<counter>(0);
    CHECK(rt::get(rt::remote<&counter::text>(a, 60'000)).size() == 60'000);
    const auto refused = rt::remote<&counter::refuse>(a, 7);
    CHECK_THROWS_AS(rt::get(refused), std::out_of_range);
    CHECK_THROWS_AS(rt::get(refused), rt::task_error);
    const auto failed = rt::remote<&counter::add>(a, refused);
    CHECK_THROWS_AS(rt::get(failed), std::out_of_range);
    CHECK(rt::get(rt::remote<&counter::add>(a, rt::remote<&counter::add>(a, 2))) == 4);
  });
}

TEST_CASE("cluster actors: two callers, each in its order", "[sim]") {
  run({.seed = 6, .nodes = 3}, [](cluster&) {
    const auto a = rt::spawn<counter>(0);
    std::vector<rt::object_ref<int>> sums;
    for (int i = 0; i < 10; ++i) {
      sums.push_back(rt::remote<add_to>(a, 1));
      sums.push_back(rt::remote<&counter::add>(a, 1));
    }
    for (const auto& each : sums) CHECK(rt::get(each) > 0);
    CHECK(rt::get(rt::remote<&base::value>(a)) == 20);
  });
}

TEST_CASE("cluster actors: without a handle one ends, and what it held is free", "[sim]") {
  cluster_options options{.seed = 7, .nodes = 1};
  options.node.num_cpus = 2;
  run(options, [](cluster&) {
    {
      const auto a = rt::spawn<counter>.with({.num_cpus = 2})(1);
      CHECK(rt::get(rt::remote<&counter::add>(a, 1)) == 2);
      CHECK(destroyed == 0);
    }
    // It has the same CPUs.
    const auto b = rt::spawn<counter>.with({.num_cpus = 2})(2);
    CHECK(rt::get(rt::remote<&counter::add>(b, 1)) == 3);
    CHECK(destroyed == 1);
  });
  CHECK(destroyed == 2);
}

TEST_CASE("cluster actors: a constructor that throws makes its calls fail", "[sim]") {
  run({.seed = 8}, [](cluster&) {
    const auto a = rt::spawn<unbuildable>(3);
    try {
      rt::get(rt::remote<&unbuildable::value>(a));
      FAIL("it was built");
    } catch (const rt::actor_died_error& failed) {
      CHECK(std::string(failed.what()).find("cannot be made of 3") != std::string::npos);
    }
    CHECK_THROWS_AS(rt::get(rt::remote<&unbuildable::value>(a)), rt::actor_died_error);
  });
}

TEST_CASE("cluster actors: one that is killed takes its calls with it", "[sim]") {
  run({.seed = 9}, [](cluster&) {
    const auto a = rt::spawn<counter>(0);
    const auto running = rt::remote<&counter::wait_for_end>(a);
    const auto queued = rt::remote<&counter::add>(a, 1);
    rt::this_task::sleep_for(20ms);
    rt::kill(a);
    CHECK_THROWS_AS(rt::get(running), rt::actor_died_error);
    CHECK_THROWS_AS(rt::get(queued), rt::actor_died_error);
    CHECK_THROWS_AS(rt::get(rt::remote<&counter::add>(a, 1)), rt::actor_died_error);
  });
  CHECK(destroyed == 1);
}

TEST_CASE("cluster actors: one that leaves takes its calls with it", "[sim]") {
  run({.seed = 10}, [](cluster&) {
    const auto a = rt::spawn<counter>(0);
    CHECK_THROWS_AS(rt::get(rt::remote<&counter::leave>(a)), rt::actor_died_error);
    CHECK_THROWS_AS(rt::get(rt::remote<&counter::add>(a, 1)), rt::actor_died_error);
  });
  CHECK(destroyed == 1);
}

TEST_CASE("cluster actors: without restarts one dies with its node", "[sim]") {
  run({.seed = 11, .nodes = 1}, [](cluster& self) {
    const auto a = rt::spawn<counter>(0);
    const auto lost = rt::remote<&counter::add_slowly>(a, 1);
    rt::this_task::sleep_for(3ms);
    self.kill(1);
    try {
      rt::get(lost);
      FAIL("it has an answer");
    } catch (const rt::actor_died_error& failed) {
      CHECK(failed.outcome() == rt::outcome::unknown);
    }
    CHECK_THROWS_AS(rt::get(rt::remote<&counter::add>(a, 1)), rt::actor_died_error);
    self.start(1);
    CHECK(self.wait_for_nodes(1));
    const auto b = rt::spawn<counter>(2);
    CHECK(rt::get(rt::remote<&counter::add>(b, 1)) == 3);
  });
}

TEST_CASE("cluster actors: with restarts one is built again elsewhere", "[sim]") {
  run({.seed = 12, .nodes = 2}, [](cluster& self) {
    const auto a = rt::spawn<counter>.with({.max_restarts = 1})(7);
    CHECK(rt::get(rt::remote<&counter::add>(a, 1)) == 8);
    const std::string first = rt::get(rt::remote<&counter::where>(a));
    const std::string id = rt::get(rt::remote<&counter::id>(a));
    const auto lost = rt::remote<&counter::wait_for_end>(a);
    rt::this_task::sleep_for(3ms);
    self.kill(1);
    self.kill(2);
    CHECK_THROWS_AS(rt::get(lost), rt::actor_unavailable_error);
    self.start(2);
    CHECK(rt::get(rt::remote<&counter::add>(a, 1)) == 8);
    CHECK(rt::get(rt::remote<&counter::where>(a)) != first);
    CHECK(rt::get(rt::remote<&counter::id>(a)) == id);
    self.kill(2);
    CHECK_THROWS_AS(rt::get(rt::remote<&counter::add>(a, 1)), rt::actor_died_error);
  });
}

TEST_CASE("cluster actors: one ends with the process that spawned it", "[sim]") {
  run({.seed = 13, .nodes = 1}, [](cluster& self) {
    const rt::actor<counter> there = rt::get(rt::remote<spawn_there>(5));
    CHECK(rt::get(rt::remote<&counter::add>(there, 1)) == 6);
    self.kill(1);
    CHECK_THROWS_AS(rt::get(rt::remote<&counter::add>(there, 1)), rt::actor_died_error);
  });
}

TEST_CASE("cluster actors: a call sees its cancellation", "[sim]") {
  run({.seed = 14}, [](cluster&) {
    const auto a = rt::spawn<counter>(0);
    const auto running = rt::remote<&counter::wait_for_end>(a);
    const auto queued = rt::remote<&counter::add>(a, 1);
    rt::this_task::sleep_for(20ms);
    rt::cancel(queued);
    rt::cancel(running);
    CHECK_THROWS_AS(rt::get(running), rt::task_cancelled_error);
    CHECK_THROWS_AS(rt::get(queued), rt::task_cancelled_error);
    CHECK(rt::get(rt::remote<&counter::add>(a, 1)) == 1);
    const auto late = rt::remote<&counter::wait_for_end>.with({.deadline = 10ms})(a);
    CHECK_THROWS_AS(rt::get(late), rt::task_cancelled_error);
  });
}

}  // namespace
