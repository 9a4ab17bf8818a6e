#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <rt/rt.hpp>
#include <rt/testing/cluster.hpp>

#include "sim/cluster_program.hpp"
#include "sim/fault_plan.hpp"

// Detached actors, spawned by the driver and by nodes, while head and nodes die and come back: one that was
// acknowledged is found by its name until it is killed, whoever has died; its lives come one after
// another, and what an older one did is not heard after a newer one; and in the end none is left.

namespace {

using rt::sim::check;
using workloads::sleep;

constexpr std::uint64_t names = 3;
const char* const space = "services";

/// Counts lives over all processes of a run, which are in one thread.
std::uint64_t lives = 0;

struct answer {
  std::int64_t mark = 0;
  std::uint64_t life = 0;
  std::uint64_t count = 0;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(mark, life, count);
  }
};

class service {
 public:
  explicit service(std::int64_t mark) : mark_(mark), life_(++lives) {}
  answer call() { return {mark_, life_, ++calls_}; }

 private:
  std::int64_t mark_;
  std::uint64_t life_;
  std::uint64_t calls_ = 0;
};

rt::actor<service> spawn_service(const std::string& name, std::int64_t mark, bool or_get) {
  return rt::spawn<service>.with(
      {.name = name, .ns = space, .get_if_exists = or_get, .detached = true, .max_restarts = -1})(
      mark);
}
answer call_by_name(const std::string& name) {
  return rt::get(rt::remote<&service::call>(rt::get_actor<service>(name, space)));
}

class program final : workloads::cluster_program {
 public:
  static constexpr const char* workload = "cluster_services";

  /// Who looks for a head that stays away waits for a minute.
  static void limit(rt::testing::cluster_options& options) {
    if (rt::sim::without_harm(options.seed)) options.own_time = std::chrono::minutes(20);
  }

  program(rt::testing::cluster& around, std::uint64_t seed) : cluster_program(around, seed) {
    lives = 0;
    for (std::uint64_t i = 0; i < names; ++i) all_.push_back({.name = "name " + std::to_string(i)});
  }

  void run(std::int64_t rounds) {
    for (std::int64_t round = 0; round < rounds; ++round) {
      begin_round(round);
      const auto steps = numbers().between(1, 12);
      for (std::int64_t step = 0; step < steps; ++step) take_step(all_[numbers().below(names)]);
      pause(500);
      if (head_is_away_) change_head();
      else if (numbers().one_in(16)) miss_the_head();
    }
    // What a node has asked for that was cut off may come to the head late.
    if (around().is_harmed()) sleep(5'000);
    for (one& each : all_) {
      if (each.strays) each.is = holds::perhaps;
      if (each.is != holds::nothing) end(each);
    }
  }

 private:
  enum class holds : std::uint8_t { nothing, a_service, perhaps };
  /// A name, and what is known of who has it.
  struct one {
    std::string name;
    holds is = holds::nothing;
    rt::actor<service> handle = {};
    std::int64_t mark = 0;
    answer last = {};
    /// A spawn of it on a node has failed, and may come to the head all the same, at any time.
    bool strays = false;
  };

  void take_step(one& of) {
    switch (numbers().below(8)) {
      case 0:
      case 1:
        if (of.is == holds::nothing && numbers().one_in(2)) return spawn_on_node(of);
        return spawn(of);
      case 2:
      case 3: return call(of);
      case 4: return look(of);
      case 5: return numbers().one_in(2) && of.is != holds::nothing ? end(of) : call_on_node(of);
      case 6: return change_head();
      default: return sleep(static_cast<int>(numbers().below(50)));
    }
  }

  /// Does what may fail for want of a process, and be tried again.   Shape: whether it did not.
  template <class Act>
  bool tried(const Act& act) {
    try {
      act();
      return true;
    } catch (const rt::error& failed) {
      const rt::errc code = failed.code();
      check(around().is_harmed(), std::string("without harm: ") + failed.what());
      check(code == rt::errc::actor_unavailable || code == rt::errc::node_died ||
                code == rt::errc::owner_died || code == rt::errc::object_lost,
            std::string("something failed with what no death gives: ") + failed.what());
      return false;
    }
  }

  /// Its constructor has a mark that no other's has, so that who has the name is known.
  void spawn(one& of) {
    if (head_is_away_) change_head();
    if (of.strays && of.is == holds::nothing) of.is = holds::perhaps;
    const std::int64_t mark = ++marks_;
    const bool or_get = of.is == holds::perhaps || numbers().one_in(2);
    if (of.is == holds::a_service && !or_get) {
      bool is_taken = false;
      try {
        static_cast<void>(spawn_service(of.name, mark, false));
      } catch (const rt::name_taken_error&) {
        is_taken = true;
      }
      return check(is_taken, "a name was given twice");
    }
    const rt::actor<service> made = spawn_service(of.name, mark, or_get);
    if (of.is == holds::a_service) {
      return check(made == of.handle, "an acknowledged service is not what has its name");
    }
    const bool may_be_older = of.is == holds::perhaps;
    keep(of, made, mark);
    if (may_be_older) of.mark = 0;
  }

  void spawn_on_node(one& of) {
    if (head_is_away_) change_head();
    const std::int64_t mark = ++marks_;
    const bool or_get = of.strays;
    of.is = holds::perhaps;
    rt::actor<service> made;
    const bool done = tried([&] {
      made = rt::get(rt::remote<spawn_service>.with({.max_retries = 0})(of.name, mark, or_get));
    });
    if (done) keep(of, made, or_get ? 0 : mark);
    else of.strays = true;
  }

  void keep(one& of, const rt::actor<service>& made, std::int64_t mark) {
    of.is = holds::a_service;
    of.handle = made;
    of.mark = mark;
    of.last = {};
  }

  void call(one& of) {
    if (of.is != holds::a_service) return;
    // Only one that was called before is known to live where it does.
    if (head_is_away_ && of.last.life == 0) change_head();
    answer came;
    if (!tried([&] { came = rt::get(rt::remote<&service::call>(of.handle)); })) return;
    check_mark(of, came);
    check(came.life >= of.last.life, "a life was heard after a later one");
    check(came.life != of.last.life || came.count > of.last.count, "a call counts for another");
    of.last = came;
  }

  void call_on_node(one& of) {
    if (of.is != holds::a_service) return;
    if (head_is_away_) change_head();
    answer came;
    if (!tried([&] { came = rt::get(rt::remote<call_by_name>(of.name)); })) return;
    check_mark(of, came);
  }

  void check_mark(one& of, const answer& came) {
    if (of.mark == 0) of.mark = came.mark;
    check(came.mark == of.mark, "another service answered");
  }

  void look(one& of) {
    if (head_is_away_) change_head();
    rt::actor<service> found;
    bool is_there = true;
    try {
      found = rt::get_actor<service>(of.name, space);
    } catch (const rt::actor_not_found_error&) {
      is_there = false;
    }
    if (of.is == holds::a_service) {
      check(is_there, "a service that was acknowledged is lost");
      check(found == of.handle, "a name was given twice");
    }
    if (of.is == holds::nothing) {
      check(!is_there || of.strays, "a service is there that was killed");
    }
  }

  /// Ends whoever has the name, and waits until nobody has.
  void end(one& of) {
    if (head_is_away_) change_head();
    if (of.is == holds::perhaps) spawn(of);
    rt::kill(of.handle);
    while (is_found(of)) sleep(5);
    of.is = holds::nothing;
    while (answers(of)) sleep(5);
    of.handle = {};
  }

  /// Shape: whether the one that was killed has its name still.
  static bool is_found(const one& killed) {
    try {
      return rt::get_actor<service>(killed.name, space) == killed.handle;
    } catch (const rt::actor_not_found_error&) {
      return false;
    }
  }

  /// Shape: whether one that was killed has not heard of it.
  bool answers(const one& killed) {
    try {
      rt::get(rt::remote<&service::call>(killed.handle));
      return true;
    } catch (const rt::error& failed) {
      const bool is_dead = failed.code() == rt::errc::actor_died;
      const bool is_lost = around().is_harmed() && failed.code() == rt::errc::actor_unavailable;
      check(is_dead || is_lost, std::string("one that was killed gave: ") + failed.what());
      return false;
    }
  }

  /// The head's own crashes are in the plan, where there is one.
  void change_head() {
    if (around().is_harmed()) return;
    if (head_is_away_) around().start(0);
    else around().kill(0);
    head_is_away_ = !head_is_away_;
  }

  /// Has the head stay away for longer than anybody waits for it. Who does not know where one lives cannot
  /// reach it then; all is as before when there is a head again.
  void miss_the_head() {
    change_head();
    if (!head_is_away_) return;
    std::vector<rt::object_ref<answer>> asked;
    const auto ask_all = [&] {
      for (const one& each : all_) {
        if (each.is == holds::a_service) asked.push_back(rt::remote<&service::call>(each.handle));
      }
    };
    ask_all();
    sleep(static_cast<int>(numbers().between(60'000, 140'000)));
    ask_all();
    change_head();
    while (!has_head()) sleep(5);
    // The nodes have it too by then.
    sleep(10'000);
    for (const rt::object_ref<answer>& each : asked) {
      try {
        rt::get(each);
      } catch (const rt::error& failed) {
        check(failed.code() == rt::errc::actor_unavailable,
              std::string("a call without a head failed with what that does not give: ") +
                  failed.what());
      }
    }
  }

  bool has_head() const {
    try {
      static_cast<void>(rt::get_actor<service>(all_.front().name, space));
    } catch (const rt::actor_not_found_error&) {
    } catch (const rt::cluster_unavailable_error&) {
      return false;
    }
    return true;
  }

  std::vector<one> all_;
  std::int64_t marks_ = 0;
  bool head_is_away_ = false;
};

}  // namespace

workloads::planned_workload workloads::cluster_services() { return cluster_workload<program>(); }
