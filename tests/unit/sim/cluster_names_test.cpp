// Actors that are found by name from other processes of a cluster.

#include <rt/testing/cluster.hpp>

#include <rt/rt.hpp>

#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/cluster_run.hpp"

namespace {

using namespace std::chrono_literals;
using rt::testing::cluster;
using rt::testing::cluster_options;
using support::restart_nodes;
using support::run_cluster;

struct base {
  virtual ~base() = default;
  virtual int value() const = 0;
};

class counter : public base {
 public:
  explicit counter(int begin) : value_(begin) {}
  int value() const override { return value_; }
  int add(int by) { return value_ += by; }
  std::string where() const { return to_string(rt::this_task::node()); }
  rt::actor<counter> self() const { return rt::this_actor<counter>(); }

 private:
  int value_;
};

struct other {
  int nothing() const { return 0; }
};

struct unbuildable {
  unbuildable() { throw std::runtime_error("cannot be made"); }
  int value() const { return 1; }
};

int add_by_name(const std::string& name, int by) {
  return rt::get(rt::remote<&counter::add>(rt::get_actor<counter>(name), by));
}
int add_in_space(const std::string& name, const std::string& ns, int by) {
  return rt::get(rt::remote<&counter::add>(rt::get_actor<counter>(name, ns), by));
}
rt::actor<counter> find(const std::string& name) { return rt::get_actor<counter>(name); }
rt::actor<counter> spawn_named(const std::string& name, int begin) {
  return rt::spawn<counter>.with({.name = name})(begin);
}
rt::actor<counter> spawn_or_get(const std::string& name, int begin) {
  return rt::spawn<counter>.with({.name = name, .get_if_exists = true})(begin);
}
/// Lives on a node, and tries there to give a name.
class giver {
 public:
  /// Shape: whether the name was free.
  bool give(const std::string& name) {
    try {
      made_ = rt::spawn<counter>.with({.name = name})(0);
      return true;
    } catch (const rt::name_taken_error&) {
      return false;
    }
  }

 private:
  rt::actor<counter> made_;
};

void wait_until_gone(const std::string& name) {
  for (;;) {
    try {
      static_cast<void>(rt::get_actor<counter>(name));
    } catch (const rt::actor_not_found_error&) {
      return;
    }
    rt::this_task::sleep_for(1ms);
  }
}

TEST_CASE("cluster names: an actor is found by its name from any process of the job", "[sim]") {
  run_cluster({.seed = 1}, [](cluster&) {
    const auto a = rt::spawn<counter>.with({.name = "sum"})(40);
    CHECK(rt::get_actor<counter>("sum") == a);
    CHECK(rt::get(rt::remote<add_by_name>("sum", 2)) == 42);
    CHECK(rt::get(rt::remote<find>("sum")) == a);
    CHECK(rt::get(rt::remote<&base::value>(rt::get_actor<base>("sum"))) == 42);
    CHECK_THROWS_AS(rt::get_actor<other>("sum"), rt::actor_type_error);
    CHECK_THROWS_AS(rt::get_actor<counter>("nobody"), rt::actor_not_found_error);
    CHECK_THROWS_AS(rt::get_actor<counter>("sum", "a space"), rt::actor_not_found_error);
  });
}

TEST_CASE("cluster names: one that a node has spawned is found by the driver and by nodes",
          "[sim]") {
  run_cluster({.seed = 2, .nodes = 3}, [](cluster&) {
    const rt::actor<counter> there = rt::get(rt::remote<spawn_named>("sum", 5));
    CHECK(rt::get_actor<counter>("sum") == there);
    for (int i = 0; i < 6; ++i) CHECK(rt::get(rt::remote<add_by_name>("sum", 1)) == 6 + i);
  });
}

TEST_CASE("cluster names: a name is in its namespace, or in its job", "[sim]") {
  run_cluster({.seed = 3}, [](cluster&) {
    const auto a = rt::spawn<counter>.with({.name = "x", .ns = "one"})(1);
    const auto b = rt::spawn<counter>.with({.name = "x", .ns = "two"})(2);
    const auto c = rt::spawn<counter>.with({.name = "x"})(3);
    CHECK(rt::get_actor<counter>("x", "one") == a);
    CHECK(rt::get_actor<counter>("x", "two") == b);
    CHECK(rt::get_actor<counter>("x") == c);
    CHECK(rt::get(rt::remote<add_in_space>("x", "two", 5)) == 7);
  });
}

TEST_CASE("cluster names: of two nodes that want a name at once one has it", "[sim]") {
  for (std::uint64_t seed = 10; seed < 30; ++seed) {
    run_cluster({.seed = seed, .nodes = 2}, [](cluster&) {
      const auto one = rt::spawn<giver>();
      const auto other = rt::spawn<giver>();
      std::vector<rt::object_ref<bool>> tries;
      tries.push_back(rt::remote<&giver::give>(one, "only"));
      tries.push_back(rt::remote<&giver::give>(other, "only"));
      const std::vector<bool> had = rt::get(tries);
      CHECK(had[0] != had[1]);
    });
  }
}

TEST_CASE("cluster names: who may have an actor that exists gets that one", "[sim]") {
  for (std::uint64_t seed = 30; seed < 40; ++seed) {
    run_cluster({.seed = seed, .nodes = 3}, [](cluster&) {
      std::vector<rt::object_ref<rt::actor<counter>>> made;
      for (int i = 0; i < 4; ++i) made.push_back(rt::remote<spawn_or_get>("one", 100));
      std::vector<rt::actor<counter>> all = rt::get(made);
      for (const auto& each : all) CHECK(each == all.front());
      CHECK(rt::get(rt::remote<&counter::add>(all.back(), 1)) == 101);
      CHECK_THROWS_AS(rt::spawn<other>.with({.name = "one", .get_if_exists = true})(),
                      rt::actor_type_error);
      CHECK_THROWS_AS(rt::spawn<counter>.with({.name = "one"})(1), rt::name_taken_error);
    });
  }
}

TEST_CASE("cluster names: a name is free when its actor has ended", "[sim]") {
  run_cluster({.seed = 4, .nodes = 2}, [](cluster&) {
    auto a = rt::spawn<counter>.with({.name = "x"})(1);
    CHECK(rt::get(rt::remote<add_by_name>("x", 1)) == 2);
    rt::kill(a);
    // It waits for the end of the one that has the name.
    auto b = rt::spawn<counter>.with({.name = "x"})(10);
    CHECK(rt::get(rt::remote<add_by_name>("x", 1)) == 11);
    b = {};
    wait_until_gone("x");
    const auto c = rt::spawn<counter>.with({.name = "x"})(20);
    CHECK(rt::get(rt::remote<add_by_name>("x", 1)) == 21);
  });
}

TEST_CASE("cluster names: a handle by name keeps its actor alive as any other", "[sim]") {
  run_cluster({.seed = 5, .nodes = 2}, [](cluster&) {
    rt::actor<counter> made = rt::get(rt::remote<spawn_named>("x", 1));
    rt::actor<counter> found = rt::get_actor<counter>("x");
    made = {};
    rt::this_task::sleep_for(2s);
    CHECK(rt::get(rt::remote<&counter::add>(found, 1)) == 2);
    rt::actor<counter> again = rt::get_actor<counter>("x");
    found = {};
    rt::this_task::sleep_for(2s);
    CHECK(rt::get(rt::remote<&counter::add>(again, 1)) == 3);
    again = {};
    wait_until_gone("x");
  });
}

TEST_CASE("cluster names: the name of one whose constructor threw is free", "[sim]") {
  run_cluster({.seed = 6}, [](cluster&) {
    const auto a = rt::spawn<unbuildable>.with({.name = "x"})();
    CHECK_THROWS_AS(rt::get(rt::remote<&unbuildable::value>(a)), rt::actor_died_error);
    wait_until_gone("x");
    const auto b = rt::spawn<counter>.with({.name = "x"})(1);
    CHECK(rt::get(rt::remote<&counter::value>(b)) == 1);
  });
}

TEST_CASE("cluster names: an actor ends with its owner, and its name with it", "[sim]") {
  run_cluster({.seed = 7, .nodes = 1}, [](cluster& self) {
    const rt::actor<counter> there = rt::get(rt::remote<spawn_named>("x", 1));
    CHECK(rt::get(rt::remote<&counter::add>(there, 1)) == 2);
    self.kill(1);
    self.start(1);
    wait_until_gone("x");
    CHECK_THROWS_AS(rt::get(rt::remote<&counter::add>(there, 1)), rt::actor_died_error);
    CHECK(self.wait_for_nodes(1));
    const auto b = rt::spawn<counter>.with({.name = "x"})(1);
    CHECK(rt::get(rt::remote<&counter::value>(b)) == 1);
  });
}

TEST_CASE("cluster names: one that restarts keeps its name", "[sim]") {
  run_cluster({.seed = 8, .nodes = 2}, [](cluster& self) {
    const auto a = rt::spawn<counter>.with({.name = "x", .max_restarts = -1})(1);
    CHECK(rt::get(rt::remote<&counter::add>(a, 1)) == 2);
    restart_nodes(self, 2);
    CHECK(rt::get(rt::remote<add_by_name>("x", 1)) == 2);
    CHECK(rt::get_actor<counter>("x") == a);
  });
}

TEST_CASE("cluster names: while the head is away look-ups and spawns wait", "[sim]") {
  run_cluster({.seed = 9, .nodes = 2}, [](cluster& self) {
    const auto a = rt::spawn<counter>.with({.name = "x"})(1);
    const auto look = rt::remote<add_by_name>("x", 1);
    CHECK(rt::get(look) == 2);
    self.kill(0);
    const auto later = rt::remote<add_by_name>("x", 1);
    const auto taken = rt::remote<spawn_named>("y", 7);
    rt::this_task::sleep_for(10s);
    CHECK(rt::wait({rt::object_ref<void>(later), rt::object_ref<void>(taken)}, {.timeout = 0ms})
              .ready.empty());
    // Calls go on.
    CHECK(rt::get(rt::remote<&counter::add>(a, 1)) == 3);
    self.start(0);
    const std::vector<rt::object_ref<void>> both = {later, taken};
    const auto waited = rt::wait(both, {.num_returns = 2, .timeout = 60s});
    CHECK(waited.pending.empty());
    if (!waited.pending.empty()) return;
    CHECK(rt::get(later) == 4);
    const auto y = rt::get(taken);
    CHECK(y == rt::get_actor<counter>("y"));
    CHECK_THROWS_AS(rt::spawn<counter>.with({.name = "x"})(1), rt::name_taken_error);
  });
}

TEST_CASE("cluster names: with the head gone for good they fail, and again work once it is back",
          "[sim]") {
  rt::config patience;
  patience.head_timeout = 5s;
  run_cluster({.seed = 10, .nodes = 1, .driver = patience}, [](cluster& self) {
    const auto a = rt::spawn<counter>.with({.name = "x"})(1);
    CHECK(rt::get(rt::remote<&counter::add>(a, 1)) == 2);
    self.kill(0);
    CHECK_THROWS_AS(rt::get_actor<counter>("x"), rt::cluster_unavailable_error);
    CHECK_THROWS_AS(rt::spawn<counter>.with({.name = "y"})(1), rt::cluster_unavailable_error);
    CHECK(rt::get(rt::remote<&counter::add>(a, 1)) == 3);
    self.start(0);
    CHECK(self.wait_for_nodes(1));
    for (;;) {
      try {
        const auto again = rt::get_actor<counter>("x");
        CHECK(again == a);
        break;
      } catch (const rt::cluster_unavailable_error&) {
        rt::this_task::sleep_for(100ms);
      }
    }
    const auto b = rt::spawn<counter>.with({.name = "y"})(1);
    CHECK(rt::get(rt::remote<&counter::value>(b)) == 1);
  });
}

TEST_CASE("cluster names: a head that begins anew between a registration and its answer", "[sim]") {
  for (std::uint64_t seed = 50; seed < 80; ++seed) {
    run_cluster({.seed = seed, .nodes = 2}, [seed](cluster& self) {
      rt::this_task::sleep_for(1s);
      const auto taken = rt::remote<spawn_named>("x", 7);
      const auto or_this = rt::remote<spawn_or_get>("y", 1);
      // Somewhere between the question and the answer, for most seeds.
      rt::this_task::sleep_for(std::chrono::microseconds(200 * (seed - 50)));
      self.kill(0);
      rt::this_task::sleep_for(500ms);
      self.start(0);
      const auto x = rt::get(taken);
      CHECK(x == rt::get_actor<counter>("x"));
      const auto y = rt::get(or_this);
      CHECK(y == rt::get_actor<counter>("y"));
      CHECK(rt::get(rt::remote<&counter::add>(x, 1)) == 8);
      CHECK_THROWS_AS(rt::spawn<counter>.with({.name = "x"})(1), rt::name_taken_error);
    });
  }
}

TEST_CASE("cluster names: the end of an actor is heard by a head that was away", "[sim]") {
  for (std::uint64_t seed = 80; seed < 90; ++seed) {
    run_cluster({.seed = seed, .nodes = 2}, [](cluster& self) {
      auto a = rt::spawn<counter>.with({.name = "x"})(1);
      CHECK(rt::get(rt::remote<&counter::add>(a, 1)) == 2);
      self.kill(0);
      a = {};
      rt::this_task::sleep_for(3s);
      self.start(0);
      wait_until_gone("x");
    });
  }
}

TEST_CASE("cluster names: a driver with CPUs keeps its actors, and others find them", "[sim]") {
  run_cluster({.seed = 11, .nodes = 1, .driver = {.num_cpus = 1}}, [](cluster&) {
    auto a = rt::spawn<counter>.with({.name = "mine"})(1);
    CHECK(rt::get(rt::remote<add_by_name>("mine", 1)) == 2);
    CHECK(rt::get(rt::remote<find>("mine")) == a);
    CHECK(rt::get(rt::remote<&counter::where>(a)) != "none");
    a = {};
    wait_until_gone("mine");
    rt::kill(rt::spawn<counter>.with({.name = "mine"})(1));
    wait_until_gone("mine");
  });
}

}  // namespace
