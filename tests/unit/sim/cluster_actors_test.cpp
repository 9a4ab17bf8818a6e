#include <rt/testing/cluster.hpp>

#include <rt/rt.hpp>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/cluster_run.hpp"
#include "support/large_text.hpp"

namespace {

using namespace std::chrono_literals;
using rt::testing::cluster;
using rt::testing::cluster_options;
using support::check_ok;
using support::mib;
using support::text_of;

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

struct bundle;

/// Of large values.
class keeper {
 public:
  explicit keeper(std::string begin) : value_(std::move(begin)) {}

  std::string append(std::string more) { return value_ += more; }
  std::string value() const { return value_; }
  int size() const { return static_cast<int>(value_.size()); }
  bundle pass(bundle all) const;

 private:
  std::string value_;
};

/// References inside a large value.
struct bundle {
  std::string padding;
  rt::object_ref<std::string> inside;
  rt::actor<keeper> other;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(padding, inside, other);
  }
};
bundle keeper::pass(bundle all) const { return all; }

int size_of(std::string text) { return static_cast<int>(text.size()); }
int append_from_task(rt::actor<keeper> to, std::size_t size) {
  return static_cast<int>(rt::get(rt::remote<&keeper::append>(to, text_of(size, 0))).size());
}
rt::actor<keeper> spawn_keeper(std::size_t size) { return rt::spawn<keeper>(text_of(size, 0)); }

int add_to(rt::actor<counter> to, int by) { return rt::get(rt::remote<&counter::add>(to, by)); }
rt::actor<counter> hand_on(rt::actor<counter> given) { return given; }
rt::actor<counter> spawn_there(int begin) { return rt::spawn<counter>(begin); }

void run(const cluster_options& options, const std::function<void(cluster&)>& program) {
  constructed = 0;
  destroyed = 0;
  support::run_cluster(options, program);
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

TEST_CASE("cluster actors: large values go to calls and come from them", "[sim]") {
  run({.seed = 15, .nodes = 2}, [](cluster&) {
    const auto a = rt::spawn<keeper>(text_of(mib, 3));
    CHECK(rt::get(rt::remote<&keeper::value>(a)) == text_of(mib, 3));
    for (int i = 0; i < 4; ++i) rt::remote<&keeper::append>(a, text_of(mib / 2, i));
    CHECK(rt::get(rt::remote<&keeper::value>(a)).size() == 3 * mib);
    // A result is an object as any: others read it, and it goes back as an argument.
    const auto value = rt::remote<&keeper::append>(a, std::string("x"));
    CHECK(rt::get(rt::remote<size_of>(value)) == static_cast<int>(3 * mib + 1));
    CHECK(rt::get(rt::remote<&keeper::append>(a, value)).size() == 2 * (3 * mib + 1));
    CHECK(rt::get(rt::remote<append_from_task>(a, mib)) == static_cast<int>(7 * mib + 2));
  });
}

TEST_CASE("cluster actors: large values refer to others", "[sim]") {
  run({.seed = 16, .nodes = 2}, [](cluster&) {
    const auto a = rt::spawn<keeper>(std::string("begin"));
    const auto b = rt::spawn<keeper>(std::string("other"));
    bundle sent{.padding = text_of(mib, 1), .inside = rt::put(text_of(mib, 2)), .other = b};
    const bundle back = rt::get(rt::remote<&keeper::pass>(a, std::move(sent)));
    CHECK(back.padding == text_of(mib, 1));
    CHECK(rt::get(back.inside) == text_of(mib, 2));
    CHECK(rt::get(rt::remote<&keeper::value>(back.other)) == "other");
  });
}

TEST_CASE("cluster actors: an actor's own process calls it with large values", "[sim]") {
  run({.seed = 17, .nodes = 1}, [](cluster&) {
    const auto a = rt::spawn<keeper>(std::string("begin"));
    // The task runs where the actor lives.
    CHECK(rt::get(rt::remote<append_from_task>(a, mib)) == static_cast<int>(mib + 5));
    const rt::actor<keeper> there = rt::get(rt::remote<spawn_keeper>(mib));
    CHECK(rt::get(rt::remote<&keeper::append>(there, text_of(mib, 1))).size() == 2 * mib);
    CHECK(rt::get(rt::remote<append_from_task>(there, mib)) == static_cast<int>(3 * mib));
  });
}

TEST_CASE("cluster actors: one with a large constructor is built again", "[sim]") {
  run({.seed = 18, .nodes = 2}, [](cluster& self) {
    const auto a = rt::spawn<keeper>.with({.max_restarts = 2})(text_of(3 * mib, 5));
    CHECK(rt::get(rt::remote<&keeper::value>(a)) == text_of(3 * mib, 5));
    self.kill(1);
    self.kill(2);
    CHECK_THROWS_AS(rt::get(rt::remote<&keeper::size>(a)), rt::actor_unavailable_error);
    self.start(2);
    CHECK(rt::get(rt::remote<&keeper::append>(a, text_of(mib, 5))).size() == 4 * mib);
  });
}

TEST_CASE("cluster actors: a large call and an actor end while it is brought", "[sim]") {
  run({.seed = 19, .nodes = 1}, [](cluster&) {
    const auto a = rt::spawn<keeper>(std::string("begin"));
    CHECK(rt::get(rt::remote<&keeper::value>(a)) == "begin");
    const auto cancelled = rt::remote<&keeper::append>(a, text_of(4 * mib, 1));
    rt::this_task::sleep_for(1ms);
    rt::cancel(cancelled);
    CHECK_THROWS_AS(rt::get(cancelled), rt::task_cancelled_error);
    const auto lost = rt::remote<&keeper::append>(a, text_of(4 * mib, 1));
    rt::this_task::sleep_for(1ms);
    rt::kill(a);
    CHECK_THROWS_AS(rt::get(lost), rt::actor_died_error);
    const auto b = rt::spawn<keeper>(text_of(4 * mib, 1));
    const auto unbuilt = rt::remote<&keeper::value>(b);
    rt::this_task::sleep_for(1ms);
    rt::kill(b);
    CHECK_THROWS_AS(rt::get(unbuilt), rt::actor_died_error);
  });
}

TEST_CASE("cluster actors: a large result is lost with the only process that has it", "[sim]") {
  run({.seed = 20, .nodes = 1}, [](cluster& self) {
    const auto a = rt::spawn<keeper>.with({.max_restarts = 1})(text_of(16 * mib, 5));
    REQUIRE(rt::get(rt::remote<&keeper::size>(a)) == static_cast<int>(16 * mib));
    std::vector<rt::object_ref<std::string>> values;
    for (int i = 0; i < 8; ++i) values.push_back(rt::remote<&keeper::value>(a));
    rt::get(rt::remote<&keeper::size>(a));
    self.kill(1);
    int lost = 0;
    for (const auto& each : values) {
      try {
        const std::string value = rt::get(each);
        CHECK(value.size() == 16 * mib);
      } catch (const rt::object_lost_error&) {
        ++lost;
      }
    }
    CHECK(lost > 0);
    self.start(1);
    CHECK(rt::get(rt::remote<&keeper::size>(a)) == static_cast<int>(16 * mib));
  });
}

TEST_CASE("cluster actors: one that no node could hold is unschedulable in time", "[sim]") {
  cluster_options options{.seed = 21, .nodes = 2};
  options.driver.unschedulable_timeout = 50ms;
  cluster around(options);
  const rt::sim::report report = around.run([](cluster&) {
    const auto a = rt::spawn<counter>.with({.resources = {{"berth", 1}}})(0);
    const auto b = rt::spawn<counter>.with({.resources = {{"berth", 1}}})(0);
    const auto elsewhere = rt::remote<add_to>(a, 1);
    try {
      rt::get(rt::remote<&counter::add>(a, 1));
      FAIL("it has a place");
    } catch (const rt::unschedulable_error& failed) {
      CHECK(std::string(failed.what()).find("berth") != std::string::npos);
      CHECK(failed.outcome() == rt::outcome::not_started);
    }
    CHECK_THROWS_AS(rt::get(elsewhere), rt::unschedulable_error);
    CHECK_THROWS_AS(rt::get(rt::remote<&counter::add>(b, 1)), rt::unschedulable_error);
    CHECK_THROWS_AS(rt::get(rt::remote<&counter::add>(a, 1)), rt::unschedulable_error);
  });
  check_ok(report);
  const auto told = std::count_if(report.log.begin(), report.log.end(), [](const auto& line) {
    return line.find("waits: no node has") != std::string::npos;
  });
  CHECK(told == 1);
}

TEST_CASE("cluster actors: one that waits for a node to come has it", "[sim]") {
  cluster_options options{.seed = 22, .nodes = 1};
  options.driver.unschedulable_timeout = 60s;
  run(options, [](cluster& self) {
    const auto before = rt::spawn<counter>(0);
    CHECK(rt::get(rt::remote<&counter::add>(before, 1)) == 1);
    self.kill(1);
    CHECK_THROWS_AS(rt::get(rt::remote<&counter::add>(before, 1)), rt::actor_died_error);
    const auto a = rt::spawn<counter>(1);
    const auto sum = rt::remote<&counter::add>(a, 1);
    rt::this_task::sleep_for(30s);
    self.start(1);
    CHECK(rt::get(sum) == 2);
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
