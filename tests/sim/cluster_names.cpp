#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <rt/rt.hpp>
#include <rt/testing/cluster.hpp>

#include "sim/cluster_program.hpp"

// Names of actors over a head and some nodes while the head goes and comes back, and processes die, stop and
// are cut off: a name that was given is found as long as its actor lives, and nobody else gets it; it is free
// once that has ended; who asks is answered; and in the end nobody has a name.

namespace {

using rt::sim::check;
using workloads::sleep;

constexpr std::uint64_t names = 4;

struct named {
  std::string name;
  std::string ns;
  bool operator==(const named&) const = default;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(name, ns);
  }
};

/// Tells its makers apart.
class holder {
 public:
  explicit holder(std::int64_t mark) : mark_(mark) {}
  std::int64_t mark() const { return mark_; }

 private:
  std::int64_t mark_;
};

rt::actor<holder> spawn_holder(const named& as, std::int64_t mark, bool or_get,
                               std::int64_t restarts) {
  return rt::spawn<holder>.with(
      {.name = as.name, .ns = as.ns, .get_if_exists = or_get, .max_restarts = restarts})(mark);
}

rt::actor<holder> spawn_on_node(const named& as, std::int64_t mark, bool or_get) {
  return spawn_holder(as, mark, or_get, 0);
}
rt::actor<holder> find_on_node(const named& as) { return rt::get_actor<holder>(as.name, as.ns); }

/// Shape: whether it had the name for a while.
bool try_name(const named& as, std::int64_t mark, int ms) {
  try {
    const auto mine = spawn_holder(as, mark, false, 0);
    sleep(ms);
    return true;
  } catch (const rt::name_taken_error&) {
    return false;
  }
}

class program final : workloads::cluster_program {
 public:
  static constexpr const char* workload = "cluster_names";

  program(rt::testing::cluster& around, std::uint64_t seed) : cluster_program(around, seed) {}

  void run(std::int64_t rounds) {
    for (std::int64_t round = 0; round < rounds; ++round) {
      begin_round(round);
      const auto steps = numbers().between(1, 12);
      for (std::int64_t step = 0; step < steps; ++step) take_step();
      pause(500);
      if (head_is_away_) bring_head_back();
    }
    while (!kept_.empty()) let_go();
    if (!around().is_harmed()) check_names_are_free();
  }

 private:
  struct kept {
    named as;
    rt::actor<holder> handle;
    std::int64_t mark = 0;
    /// The driver owns it, whom no harm comes to: as long as it lives its name is its own.
    bool is_own = false;
  };

  void take_step() {
    switch (numbers().below(8)) {
      case 0:
      case 1: return spawn();
      case 2:
      case 3: return look();
      case 4: return try_elsewhere();
      case 5: return numbers().one_in(2) ? let_go() : kill_one();
      case 6: return change_head();
      default: return sleep(static_cast<int>(numbers().below(50)));
    }
  }

  named any_name() {
    const std::uint64_t which = numbers().below(names);
    return {.name = "name " + std::to_string(which), .ns = which % 2 == 0 ? "" : "space"};
  }
  kept* holder_of(const named& as) {
    for (kept& each : kept_) {
      if (each.as == as) return &each;
    }
    return nullptr;
  }

  /// Does what may fail for want of the other process.   Shape: whether it did not.
  template <class Act>
  bool tried(bool may_be_absent, const Act& act) {
    try {
      act();
      return true;
    } catch (const rt::error& failed) {
      const rt::errc code = failed.code();
      if (code == rt::errc::actor_not_found && may_be_absent) return false;
      check(around().is_harmed(), std::string("without harm: ") + failed.what());
      check(code == rt::errc::actor_died || code == rt::errc::actor_unavailable ||
                code == rt::errc::node_died || code == rt::errc::owner_died ||
                code == rt::errc::object_lost || code == rt::errc::name_taken ||
                code == rt::errc::actor_not_found,
            std::string("something failed with what no death gives: ") + failed.what());
      return false;
    }
  }

  void spawn() {
    const named as = any_name();
    kept* const other = holder_of(as);
    const bool or_get = numbers().one_in(2);
    const bool on_node = numbers().one_in(3);
    if (other != nullptr && !or_get) return;
    if (head_is_away_) bring_head_back();
    const std::int64_t mark = ++marks_;
    const std::int64_t restarts = on_node || numbers().one_in(2) ? 0 : -1;
    kept made{.as = as, .handle = {}, .mark = mark, .is_own = !on_node};
    bool is_taken = false;
    const bool done = tried(false, [&] {
      try {
        made.handle =
            on_node ? rt::get(rt::remote<spawn_on_node>.with({.max_retries = 0})(as, mark, or_get))
                    : spawn_holder(as, mark, or_get, restarts);
      } catch (const rt::name_taken_error&) {
        // By one that was let go, and has not ended.
        check(other == nullptr && !or_get, "a name is taken that was asked for, or is ours");
        is_taken = true;
      }
    });
    if (!done || is_taken || (other != nullptr && made.handle == other->handle)) return;
    if (other != nullptr) {
      check(around().is_harmed(), "a name was given twice");
      check(!lives(*other) || !other->is_own, "a name was given twice, and both live");
      *other = {};
      std::erase_if(kept_, [](const kept& each) { return !each.handle; });
    }
    keep(std::move(made));
  }

  /// One that was there already may be older than its last keeper knew.
  void keep(kept made) {
    std::int64_t mark = 0;
    if (!tried(false, [&] { mark = rt::get(rt::remote<&holder::mark>(made.handle)); })) return;
    made.is_own = made.is_own && mark == made.mark;
    made.mark = mark;
    kept_.push_back(std::move(made));
  }

  /// Shape: whether it answers.
  bool lives(const kept& which) {
    bool answers = false;
    tried(false, [&] {
      check(rt::get(rt::remote<&holder::mark>(which.handle)) == which.mark, "another answered");
      answers = true;
    });
    return answers;
  }

  void look() {
    const named as = any_name();
    kept* const mine = holder_of(as);
    const bool on_node = numbers().one_in(2);
    if (head_is_away_) bring_head_back();
    rt::actor<holder> found;
    const bool done = tried(mine == nullptr, [&] {
      found = on_node ? rt::get(rt::remote<find_on_node>(as)) : find_on_node(as);
    });
    if (mine == nullptr) {
      // One that was let go, and has not ended.
      if (done) tried(false, [&] { rt::get(rt::remote<&holder::mark>(found)); });
      return;
    }
    if (done) {
      check(found == mine->handle || around().is_harmed(), "a name was found for another actor");
    }
    const bool answers = lives(*mine);
    check(answers || around().is_harmed(), "an actor with a name does not answer");
    if (!answers || !mine->is_own) return;
    if (done) check(found == mine->handle, "a name of one that lives was another's");
    check(done || on_node, "the name of one that lives was not found");
  }

  void try_elsewhere() {
    const named as = any_name();
    kept* const mine = holder_of(as);
    if (mine == nullptr) return;
    if (head_is_away_) bring_head_back();
    bool had = false;
    const int ms = static_cast<int>(numbers().below(20));
    const std::int64_t mark = ++marks_;
    tried(false,
          [&] { had = rt::get(rt::remote<try_name>.with({.max_retries = 0})(as, mark, ms)); });
    const bool answers = lives(*mine);
    check(!had || !answers || !mine->is_own, "two had one name");
    check(!had || around().is_harmed(), "a name was given twice");
  }

  void let_go() {
    if (kept_.empty()) return;
    kept_.erase(kept_.begin() + static_cast<std::ptrdiff_t>(numbers().below(kept_.size())));
  }

  void kill_one() {
    if (kept_.empty()) return;
    const auto at = kept_.begin() + static_cast<std::ptrdiff_t>(numbers().below(kept_.size()));
    rt::kill(at->handle);
    kept_.erase(at);
  }

  /// The head's own crashes are in the plan, where there is one.
  void change_head() {
    if (around().is_harmed()) return;
    if (head_is_away_) return bring_head_back();
    around().kill(0);
    head_is_away_ = true;
  }
  void bring_head_back() {
    // What was asked meanwhile is asked again.
    const named as = any_name();
    kept* const mine = holder_of(as);
    const bool or_spawns = mine != nullptr && numbers().one_in(2);
    auto asked = or_spawns ? rt::remote<spawn_on_node>(as, std::int64_t{0}, true)
                           : rt::remote<find_on_node>(as);
    sleep(static_cast<int>(numbers().below(3'000)));
    around().start(0);
    head_is_away_ = false;
    rt::actor<holder> found;
    const bool done = tried(mine == nullptr, [&] { found = rt::get(asked); });
    if (mine != nullptr) check(done && found == mine->handle, "a name was lost with a head");
  }

  void check_names_are_free() {
    for (std::uint64_t which = 0; which < names; ++which) {
      const named as{.name = "name " + std::to_string(which), .ns = which % 2 == 0 ? "" : "space"};
      // It waits until whoever had the name has ended.
      for (;;) {
        if (!tried(true, [&] { static_cast<void>(find_on_node(as)); })) break;
        sleep(5);
      }
    }
  }

  std::vector<kept> kept_;
  std::int64_t marks_ = 0;
  bool head_is_away_ = false;
};

}  // namespace

workloads::planned_workload workloads::cluster_names() { return cluster_workload<program>(); }
