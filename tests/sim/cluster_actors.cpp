#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <rt/rt.hpp>
#include <rt/testing/cluster.hpp>

#include "sim/cluster_program.hpp"

// Actors over a head and some nodes while processes die, stop and are cut off: each caller's calls run in
// its order, a call that was answered has run once, none has run twice, none that was cancelled before it
// started, every reference resolves, and once the program has ended nothing is left anywhere.

namespace {

using rt::sim::check;
using workloads::sleep;

/// What really ran: of one run, statics are shared by all processes of a simulated cluster.
struct truth {
  /// How often each call has run, by its number.
  std::vector<int> runs;
  /// The last number that each caller's calls have shown to an actor's life.
  std::map<std::pair<const void*, int>, int> newest;
};
truth happened;

/// Beyond the inlining limit.
std::string large_text(int of) {
  return std::string(120'000 + static_cast<std::size_t>(of % 7) * 100'000,
                     static_cast<char>('a' + of % 26));
}

/// Counts, and notes what it is called with.
class counting {
 public:
  explicit counting(int ms) : ms_(ms) { begin(); }
  counting(int ms, int which, std::string large) : ms_(ms) {
    check(large == large_text(which), "a constructor's large argument is another");
    begin();
  }
  counting(const counting&) = delete;
  counting& operator=(const counting&) = delete;

  /// Shape: how many calls this life has counted.
  int count(int caller, int order, int which) {
    ++happened.runs[static_cast<std::size_t>(which)];
    int& last = happened.newest[{this, caller}];
    check(order > last, "a caller's calls ran out of order: " + std::to_string(order) + " behind " +
                            std::to_string(last));
    last = order;
    sleep(ms_);
    return ++counted_;
  }
  /// The same, and takes long, so that its caller may die meanwhile.
  int count_long(int caller, int order, int which) {
    const int counted = count(caller, order, which);
    for (int i = 0; i < 30 && !rt::this_task::cancelled(); ++i) sleep(100);
    return counted;
  }
  /// The same, and gives back the large value that it takes.
  std::string pass(int caller, int order, int which, std::string large) {
    check(large == large_text(which), "a call's large argument is another");
    count(caller, order, which);
    return large;
  }
  int fail(int x) const { throw std::out_of_range("no " + std::to_string(x)); }
  void keep(rt::actor<counting> other) { kept_ = std::move(other); }

 private:
  void begin() {
    // Of another life, which lay at this address.
    std::erase_if(happened.newest, [this](const auto& each) { return each.first.first == this; });
  }

  int ms_;
  int counted_ = 0;
  rt::actor<counting> kept_;
};

int call_from_task(rt::actor<counting> actor, int caller, int which) {
  return rt::get(rt::remote<&counting::count>(actor, caller, 1, which));
}
int call_long_from_task(rt::actor<counting> actor, int caller, int which) {
  return rt::get(rt::remote<&counting::count_long>(actor, caller, 1, which));
}
rt::actor<counting> spawn_on_node(int ms) { return rt::spawn<counting>(ms); }

/// More than the others keep: who waits for one that another keeps would wait for ever.
constexpr int berths = 1'000;

class program final : workloads::cluster_program {
 public:
  static constexpr const char* workload = "cluster_actors";
  static rt::resource_set resources() { return {{"berth", berths}}; }

  program(rt::testing::cluster& around, std::uint64_t seed) : cluster_program(around, seed) {
    happened = {};
  }

  void run(std::int64_t rounds) {
    for (std::int64_t round = 0; round < rounds; ++round) {
      begin_round(round);
      if (actors_.empty() || numbers().one_in(2)) add_actor();
      const auto calls = numbers().between(1, 20);
      for (std::int64_t made = 0; made < calls; ++made) add_call();
      if (numbers().one_in(6)) place_in_vain();
      if (numbers().one_in(3)) drop_actor();
      while (!calls_.empty()) {
        if (numbers().one_in(10)) {
          calls_.pop_back();
          continue;
        }
        if (numbers().one_in(10)) {
          sleep(static_cast<int>(numbers().below(10)));
          cancel_one();
        }
        look_at_one();
      }
      pause(500);
    }
    for (const int each : happened.runs) check(each <= 1, "a call ran twice that must not");
  }

 private:
  struct actor {
    rt::actor<counting> handle;
    int order = 0;
    bool restarts = false;
    bool is_killed = false;
  };
  struct call {
    rt::object_ref<int> ref;
    /// Instead of the other, of one with large values.
    rt::object_ref<std::string> large;
    int which;
    bool throws = false;
    bool may_die = false;
    bool is_cancelled = false;
    /// It is not the call alone that is cancelled, but who makes it.
    bool is_from_task = false;
  };

  void add_actor() {
    const int ms = numbers().one_in(2) ? 0 : static_cast<int>(numbers().below(20));
    const auto kind = numbers().below(4);
    actor made;
    if (kind == 0) {
      auto there = rt::remote<spawn_on_node>(ms);
      try {
        made.handle = rt::get(there);
      } catch (const rt::error& failed) {
        check(around().is_harmed(), std::string("no actor without harm: ") + failed.what());
        return add_actor();
      }
    } else if (kind == 1) {
      made.handle = numbers().one_in(2)
                        ? rt::spawn<counting>.with({.max_restarts = -1})(ms, ms, large_text(ms))
                        : rt::spawn<counting>.with({.max_restarts = -1})(ms);
      made.restarts = true;
    } else if (kind == 2) {
      made.handle = rt::spawn<counting>.with({.resources = {{"berth", 1}}})(ms);
    } else {
      made.handle = rt::spawn<counting>(ms);
    }
    actors_.push_back(std::move(made));
  }

  void add_call() {
    const std::size_t index = numbers().below(actors_.size());
    actor& to = actors_[index];
    const int which = static_cast<int>(happened.runs.size());
    happened.runs.push_back(0);
    const auto kind = numbers().below(12);
    call made{.ref = {}, .large = {}, .which = which, .may_die = to.is_killed};
    if (kind == 0) {
      made.is_from_task = true;
      made.ref = numbers().one_in(6) ? rt::remote<call_long_from_task>.with({.max_retries = 0})(
                                           to.handle, 1'000 + which, which)
                                     : rt::remote<call_from_task>.with({.max_retries = 0})(
                                           to.handle, 1'000 + which, which);
    } else if (kind == 1) {
      made.ref = rt::remote<&counting::fail>(to.handle, which);
      made.throws = true;
    } else if (kind == 3) {
      made.large = rt::remote<&counting::pass>(to.handle, 0, ++to.order, which, large_text(which));
    } else {
      made.ref = rt::remote<&counting::count>(to.handle, 0, ++to.order, which);
    }
    // Of older ones only: circles end with their processes.
    if (kind == 2 && index != 0) {
      rt::remote<&counting::keep>(to.handle, actors_[numbers().below(index)].handle);
    }
    calls_.push_back(std::move(made));
    if (numbers().one_in(8)) cancel_one();
    if (numbers().one_in(80)) {
      rt::kill(to.handle);
      to.is_killed = true;
      // Also of those that are on their way.
      for (call& each : calls_) each.may_die = true;
    }
  }

  void cancel_one() {
    call& one = calls_[numbers().below(calls_.size())];
    if (one.large) return;
    one.is_cancelled = true;
    rt::cancel(one.ref);
  }

  /// Has an actor wait for a place that others keep, which it does not live to have.
  void place_in_vain() {
    const auto keeps = [](std::int64_t amount) {
      return rt::spawn<counting>.with({.resources = {{"berth", amount}}})(0);
    };
    // One of each node's at least is taken.
    std::vector<rt::actor<counting>> small;
    for (unsigned node = 0; node < 2 * around().nodes(); ++node) small.push_back(keeps(1));
    const auto large = keeps(berths);
    sleep(static_cast<int>(numbers().below(30)));
    rt::kill(large);
  }

  void drop_actor() {
    actors_.erase(actors_.begin() + static_cast<std::ptrdiff_t>(numbers().below(actors_.size())));
  }

  void look_at_one() {
    const std::size_t at = numbers().below(calls_.size());
    const call looked_at = calls_[at];
    calls_.erase(calls_.begin() + static_cast<std::ptrdiff_t>(at));
    const int& runs = happened.runs[static_cast<std::size_t>(looked_at.which)];
    try {
      if (looked_at.large) {
        check(rt::get(looked_at.large) == large_text(looked_at.which),
              "a call's large result is another");
      } else {
        const int counted = rt::get(looked_at.ref);
        check(!looked_at.throws, "a call that throws gave a value");
        check(counted > 0, "an actor has counted nothing");
      }
      check(runs == 1, "a call that was answered ran " + std::to_string(runs) + " times");
    } catch (const std::out_of_range&) {
      check(looked_at.throws, "a call threw what it does not throw");
    } catch (const rt::task_cancelled_error& cancelled) {
      check(looked_at.is_cancelled, "a call was cancelled by nobody");
      check(cancelled.outcome() != rt::outcome::not_started || looked_at.is_from_task || runs == 0,
            "a cancelled call ran that is said not to have started");
    } catch (const rt::error& failed) {
      check(around().is_harmed() || looked_at.may_die,
            std::string("a call failed without harm: ") + failed.what());
      const rt::errc code = failed.code();
      check(code == rt::errc::actor_died || code == rt::errc::actor_unavailable ||
                code == rt::errc::node_died || code == rt::errc::owner_died ||
                code == rt::errc::object_lost,
            std::string("a call failed with what no death gives: ") + failed.what());
      check(failed.outcome() != rt::outcome::not_started || runs == 0,
            std::string("a call ran that is said not to have started: ") + failed.what());
    }
  }

  std::vector<actor> actors_;
  std::vector<call> calls_;
};

}  // namespace

workloads::planned_workload workloads::cluster_actors() { return cluster_workload<program>(); }
