// Actors that outlive whoever spawned them: the head owns them.

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

class counter {
 public:
  counter(int begin, const std::string& text) : value_(begin), text_(text) {}
  int add(int by) { return value_ += by; }
  std::string text() const { return text_; }
  rt::actor<counter> self() const { return rt::this_actor<counter>(); }
  std::string where() const { return to_string(rt::this_task::node()); }
  void leave() { rt::exit_actor(); }

 private:
  int value_;
  std::string text_;
};

/// Whose constructor throws.
struct unbuildable {
  unbuildable() { throw std::runtime_error("cannot be made"); }
  int value() const { return 1; }
};

class sum_of_elements {
 public:
  explicit sum_of_elements(const rt::array<int>& values) {
    for (const int each : values) sum_ += each;
  }
  int value() const { return sum_; }

 private:
  int sum_ = 0;
};

class keeps_reference {
 public:
  explicit keeps_reference(rt::object_ref<int> kept) : kept_(std::move(kept)) {}
  int value() const { return rt::get(kept_); }

 private:
  rt::object_ref<int> kept_;
};

const rt::actor_options detached{.name = "sum", .ns = "services", .detached = true};

rt::actor<counter> spawn_detached(int begin) {
  return rt::spawn<counter>.with(detached)(begin, "from a node");
}
rt::actor<counter> spawn_often(int begin) {
  return rt::spawn<counter>.with(
      {.name = "sum", .ns = "services", .detached = true, .max_restarts = -1})(begin, "often");
}
int add_by_name(int by) {
  return rt::get(rt::remote<&counter::add>(rt::get_actor<counter>("sum", "services"), by));
}
int add_to(const rt::actor<counter>& to, int by) {
  return rt::get(rt::remote<&counter::add>(to, by));
}
int answer() { return 42; }
std::string here() { return to_string(rt::this_task::node()); }

struct spawned {
  std::string by;
  rt::actor<counter> actor;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(by, actor);
  }
};
spawned spawn_and_say_where() { return {here(), spawn_detached(1)}; }

void wait_until_gone() {
  for (;;) {
    try {
      static_cast<void>(rt::get_actor<counter>("sum", "services"));
    } catch (const rt::actor_not_found_error&) {
      return;
    }
    rt::this_task::sleep_for(1ms);
  }
}

/// Calls it until it answers, over its restarts.
int add_at_last(const rt::actor<counter>& to, int by) {
  for (;;) {
    try {
      return rt::get(rt::remote<&counter::add>(to, by));
    } catch (const rt::actor_unavailable_error&) {
      rt::this_task::sleep_for(10ms);
    }
  }
}

TEST_CASE("detached actors: one outlives its handles, until it is killed", "[sim]") {
  run_cluster({.seed = 1}, [](cluster&) {
    auto made = rt::spawn<counter>.with(detached)(40, "hello");
    CHECK(rt::get(rt::remote<&counter::add>(made, 2)) == 42);
    CHECK(rt::get(rt::remote<&counter::text>(made)) == "hello");
    made = {};
    rt::this_task::sleep_for(5s);
    CHECK(add_by_name(1) == 43);
    CHECK(rt::get(rt::remote<add_by_name>(1)) == 44);
    CHECK_THROWS_AS(rt::spawn<counter>.with(detached)(1, ""), rt::name_taken_error);
    auto found = rt::get_actor<counter>("sum", "services");
    rt::kill(found);
    // The name is free when it has ended.
    const auto next = rt::spawn<counter>.with(detached)(7, "next");
    CHECK(next != found);
    CHECK(rt::get(rt::remote<&counter::add>(next, 0)) == 7);
    CHECK_THROWS_AS(rt::get(rt::remote<&counter::add>(found, 0)), rt::actor_died_error);
    rt::kill(next);
    wait_until_gone();
  });
}

TEST_CASE("detached actors: one outlives the process that spawned it", "[sim]") {
  run_cluster({.seed = 2, .nodes = 2}, [](cluster& self) {
    self.kill(2);
    const std::string first = rt::get(rt::remote<here>());
    self.start(2);
    CHECK(self.wait_for_nodes(2));
    for (;;) {
      const spawned made = rt::get(rt::remote<spawn_and_say_where>());
      const std::string where = rt::get(rt::remote<&counter::where>(made.actor));
      if (made.by == first && where != first) break;
      rt::kill(made.actor);
      wait_until_gone();
    }
    CHECK(add_by_name(1) == 2);
    self.kill(1);
    rt::this_task::sleep_for(30s);
    CHECK(add_by_name(1) == 3);
    self.start(1);
    CHECK(self.wait_for_nodes(2));
    CHECK(rt::get(rt::remote<add_by_name>(1)) == 4);
    rt::kill(rt::get_actor<counter>("sum", "services"));
    wait_until_gone();
  });
}

TEST_CASE("detached actors: handles of one are handed on like others", "[sim]") {
  run_cluster({.seed = 3, .nodes = 2}, [](cluster&) {
    const auto made = rt::spawn<counter>.with(detached)(1, "");
    CHECK(rt::get(rt::remote<add_to>(made, 1)) == 2);
    const auto self = rt::get(rt::remote<&counter::self>(made));
    CHECK(self == made);
    CHECK(rt::get(rt::remote<&counter::add>(self, 1)) == 3);
    const auto inside = rt::put(std::vector<rt::actor<counter>>{made, self});
    const std::vector<rt::actor<counter>> out = rt::get(inside);
    CHECK(rt::get(rt::remote<&counter::add>(out.at(1), 1)) == 4);
    rt::kill(made);
    wait_until_gone();
  });
}

TEST_CASE("detached actors: one is built again as often as it may be", "[sim]") {
  for (std::uint64_t seed = 10; seed < 20; ++seed) {
    run_cluster({.seed = seed, .nodes = 2}, [](cluster& self) {
      const auto made = rt::get(rt::remote<spawn_often>(5));
      CHECK(add_at_last(made, 1) == 6);
      for (int round = 0; round < 3; ++round) {
        restart_nodes(self, 2);
        // It was on one of them: its state is gone with that.
        CHECK(add_at_last(made, 1) == 6);
      }
      rt::kill(made);
      wait_until_gone();
    });
  }
}

TEST_CASE("detached actors: one that may not be built again is dead", "[sim]") {
  run_cluster({.seed = 4, .nodes = 1}, [](cluster& self) {
    const auto made = rt::spawn<counter>.with(detached)(5, "");
    CHECK(rt::get(rt::remote<&counter::add>(made, 1)) == 6);
    self.kill(1);
    self.start(1);
    wait_until_gone();
    CHECK_THROWS_AS(rt::get(rt::remote<&counter::add>(made, 1)), rt::actor_died_error);
  });
}

TEST_CASE("detached actors: one goes on over the head's death and return", "[sim]") {
  for (std::uint64_t seed = 20; seed < 30; ++seed) {
    run_cluster({.seed = seed, .nodes = 2}, [](cluster& self) {
      const auto made = rt::get(rt::remote<spawn_often>(5));
      CHECK(rt::get(rt::remote<&counter::add>(made, 1)) == 6);
      self.kill(0);
      CHECK(rt::get(rt::remote<&counter::add>(made, 1)) == 7);
      rt::this_task::sleep_for(10s);
      CHECK(rt::get(rt::remote<&counter::add>(made, 1)) == 8);
      self.start(0);
      // The same one: nothing was built again.
      CHECK(rt::get(rt::remote<add_by_name>(1)) == 9);
      restart_nodes(self, 2);
      // The new head builds it again.
      CHECK(add_at_last(made, 1) == 6);
      rt::kill(made);
      wait_until_gone();
    });
  }
}

TEST_CASE("detached actors: node and head die together", "[sim]") {
  for (std::uint64_t seed = 30; seed < 40; ++seed) {
    run_cluster({.seed = seed, .nodes = 1}, [](cluster& self) {
      const auto made = rt::get(rt::remote<spawn_often>(5));
      CHECK(add_at_last(made, 1) == 6);
      self.kill(1);
      self.kill(0);
      self.start(0);
      self.start(1);
      CHECK(add_at_last(made, 1) == 6);
      CHECK(add_by_name(1) == 7);
      rt::kill(made);
      wait_until_gone();
    });
  }
}

TEST_CASE("detached actors: a head that dies while one is spawned", "[sim]") {
  for (std::uint64_t seed = 40; seed < 70; ++seed) {
    run_cluster({.seed = seed, .nodes = 2}, [seed](cluster& self) {
      rt::this_task::sleep_for(1s);
      const auto spawned = rt::remote<spawn_often>.with({.max_retries = 0})(5);
      // Somewhere between the question and the first life, for most seeds.
      rt::this_task::sleep_for(std::chrono::microseconds(200 * (seed - 40)));
      self.kill(0);
      rt::this_task::sleep_for(500ms);
      self.start(0);
      const auto made = rt::get(spawned);
      CHECK(add_at_last(made, 1) == 6);
      CHECK(add_by_name(1) == 7);
      rt::kill(made);
      wait_until_gone();
    });
  }
}

TEST_CASE("detached actors: calls wait for one whose node and head are away", "[sim]") {
  run_cluster({.seed = 5, .nodes = 1}, [](cluster& self) {
    const auto made = rt::get(rt::remote<spawn_often>(5));
    CHECK(add_at_last(made, 1) == 6);
    self.kill(0);
    self.kill(1);
    rt::this_task::sleep_for(1s);
    // Without a head nobody can say where it is: calls end in time, and go on once there is one.
    const auto waits = rt::remote<&counter::add>(made, 1);
    CHECK_THROWS_AS(rt::get(waits), rt::actor_unavailable_error);
    self.start(0);
    self.start(1);
    CHECK(add_at_last(made, 1) == 6);
    rt::kill(made);
    wait_until_gone();
  });
}

TEST_CASE("detached actors: what a constructor throws is told", "[sim]") {
  run_cluster({.seed = 6}, [](cluster&) {
    const auto made =
        rt::spawn<unbuildable>.with({.name = "x", .ns = "services", .detached = true})();
    rt::this_task::sleep_for(1s);
    CHECK_THROWS_WITH(rt::get(rt::remote<&unbuildable::value>(made)),
                      Catch::Matchers::ContainsSubstring("cannot be made"));
    CHECK_THROWS_AS(rt::get_actor<unbuildable>("x", "services"), rt::actor_not_found_error);
  });
}

TEST_CASE("detached actors: one that leaves is gone", "[sim]") {
  run_cluster({.seed = 7}, [](cluster&) {
    const auto made = rt::get(rt::remote<spawn_often>(5));
    CHECK_THROWS_AS(rt::get(rt::remote<&counter::leave>(made)), rt::actor_died_error);
    wait_until_gone();
    CHECK_THROWS_AS(rt::get(rt::remote<&counter::add>(made, 1)), rt::actor_died_error);
  });
}

TEST_CASE("detached actors: constructors take values", "[sim]") {
  run_cluster({.seed = 8}, [](cluster&) {
    rt::mutable_array<int> values(1'000);
    for (int& each : values) each = 2;
    const auto sum = rt::spawn<sum_of_elements>.with(
        {.name = "array", .ns = "services", .detached = true})(std::move(values).freeze());
    CHECK(rt::get(rt::remote<&sum_of_elements::value>(sum)) == 2'000);
    rt::kill(sum);
    const auto later = rt::remote<answer>();
    const rt::actor_options other{.name = "other", .ns = "services", .detached = true};
    CHECK_THROWS_AS(rt::spawn<counter>.with(other)(later, ""), rt::serialization_error);
    CHECK_THROWS_AS(rt::spawn<keeps_reference>.with(other)(later), rt::serialization_error);
    CHECK_THROWS_AS(rt::spawn<counter>.with(other)(1, std::string(200'000, 'x')),
                    rt::serialization_error);
    CHECK_THROWS_AS(rt::get_actor<counter>("other", "services"), rt::actor_not_found_error);
  });
}

TEST_CASE("detached actors: one keeps what it asks for, and gives it back", "[sim]") {
  run_cluster({.seed = 9, .nodes = 1}, [](cluster&) {
    const rt::actor_options keeps{.name = "sum", .ns = "services", .detached = true, .num_cpus = 2};
    auto made = rt::spawn<counter>.with(keeps)(1, "");
    CHECK(rt::get(rt::remote<&counter::add>(made, 1)) == 2);
    rt::kill(made);
    wait_until_gone();
    // All CPUs are free again.
    made = rt::spawn<counter>.with(keeps)(1, "");
    CHECK(rt::get(rt::remote<&counter::add>(made, 1)) == 2);
    rt::kill(made);
    wait_until_gone();
  });
}

TEST_CASE("detached actors: without a head there are none", "[sim]") {
  rt::config patience;
  patience.head_timeout = 5s;
  run_cluster({.seed = 10, .nodes = 1, .driver = patience}, [](cluster& self) {
    self.kill(0);
    CHECK_THROWS_AS(rt::spawn<counter>.with(detached)(1, ""), rt::cluster_unavailable_error);
    self.start(0);
    CHECK(self.wait_for_nodes(1));
    // The one that was given up is not there.
    rt::this_task::sleep_for(5s);
    CHECK_THROWS_AS(rt::get_actor<counter>("sum", "services"), rt::actor_not_found_error);
  });
}

}  // namespace
