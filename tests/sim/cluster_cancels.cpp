#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <rt/rt.hpp>
#include <rt/testing/cluster.hpp>

#include "sim/cluster_program.hpp"
#include "sim/cluster_programs.hpp"
#include "sim/workload.hpp"

// Cancels that race with tasks over nodes: before one has left, on its way, queued there, running, and when
// it has long ended. A task has its value or was cancelled; its effect comes once at most, and never where it
// is said not to have started; what depends on a cancelled one fails; and nobody waits for ever.

namespace {

using rt::sim::check;
using workloads::sleep;

/// How often each task has begun. Of one run: statics are shared by all simulated processes.
std::vector<int> begun;

int work(int which, int ms, bool looks) {
  ++begun[static_cast<std::size_t>(which)];
  // Looks now and then whether it is to stop.
  if (looks) {
    for (int i = 0; i < ms && !rt::this_task::cancelled(); ++i) sleep(1);
  } else {
    sleep(ms);
  }
  return which;
}
/// What is cancelled here is a task's child, which another node may have.
int parent(int which, int ms) {
  return rt::get(rt::remote<work>.with({.max_retries = 0})(which, ms, true));
}
int after(int before) { return before; }

class program final : public workloads::cluster_program {
 public:
  static constexpr const char* workload = "cluster_cancels";

  program(rt::testing::cluster& around, std::uint64_t seed) : cluster_program(around, seed) {
    begun.clear();
  }

  void act() override {
    // Many, so that some wait behind others in their slots.
    for (std::int64_t made = numbers().between(1, 30); made != 0; --made) {
      add_task();
      if (numbers().one_in(3)) cancel_one();
    }
    for (std::uint64_t cancels = numbers().below(6); cancels != 0; --cancels) {
      if (numbers().one_in(2)) sleep(static_cast<int>(numbers().below(20)));
      cancel_one();
    }
  }

  void await_all() override {
    while (!tasks_.empty()) {
      if (numbers().one_in(6)) cancel_one();
      look_at(take_any(tasks_));
    }
    pause(300);
  }

  void over() override {
    for (const std::size_t each : never_twice_) {
      check(begun[each] <= 1, "a task that must not ran twice");
    }
    for (const std::size_t each : never_begun_) {
      check(begun[each] == 0, "a task has run that is said not to have started");
    }
  }

 private:
  struct task {
    std::size_t which;
    rt::object_ref<int> ref;
    rt::object_ref<int> dependent;
    bool is_cancelled = false;
    bool has_child = false;
    bool may_run_again = false;
  };

  void add_task() {
    const auto index = static_cast<int>(begun.size());
    begun.push_back(0);
    const int ms = some_ms(3, 40);
    task made{.which = static_cast<std::size_t>(index), .ref = {}, .dependent = {}};
    const auto kind = numbers().below(4);
    if (kind == 0) {
      made.has_child = true;
      made.ref = rt::remote<parent>.with({.max_retries = 0})(index, ms);
    } else {
      // One that may run again may lie behind another in its slot.
      made.may_run_again = kind != 1;
      const bool looks = numbers().one_in(2);
      made.ref = made.may_run_again ? rt::remote<work>(index, ms, looks)
                                    : rt::remote<work>.with({.max_retries = 0})(index, ms, looks);
    }
    if (!made.may_run_again || !around().is_harmed()) never_twice_.push_back(made.which);
    if (numbers().one_in(2)) made.dependent = rt::remote<after>(made.ref);
    tasks_.push_back(made);
  }

  void cancel_one() {
    task& one = tasks_[numbers().below(tasks_.size())];
    one.is_cancelled = true;
    rt::cancel(one.ref);
    if (numbers().one_in(4)) rt::cancel(one.ref);
  }

  void look_at(const task& one) {
    const bool was_cancelled = ended_early(one, one.ref);
    if (one.dependent && ended_early(one, one.dependent) != was_cancelled) {
      check(around().is_harmed(), "a task was cancelled, or what depends on it, but not both");
    }
  }

  /// Gets what a task, or what depends on it, gave.   Shape: whether it was cancelled.
  bool ended_early(const task& one, const rt::object_ref<int>& ref) {
    try {
      const int value = rt::get(ref);
      check(value == static_cast<int>(one.which), "a task gave another's value");
      check(begun[one.which] >= 1, "a task has a value that has never run");
    } catch (const rt::task_cancelled_error& cancelled) {
      check(one.is_cancelled, "a task was cancelled by nobody");
      if (cancelled.outcome() == rt::outcome::not_started && !one.has_child) {
        never_begun_.push_back(one.which);
      }
      return true;
    } catch (const rt::error& failed) {
      check(around().is_harmed(), std::string("a task failed without harm: ") + failed.what());
      check(workloads::is_of_a_death(failed.code()),
            std::string("a task failed with what no death gives: ") + failed.what());
    }
    return false;
  }

  std::vector<task> tasks_;
  std::vector<std::size_t> never_twice_;
  std::vector<std::size_t> never_begun_;
};

}  // namespace

workloads::planned_workload workloads::cluster_cancels() { return cluster_workload<program>(); }

std::unique_ptr<workloads::cluster_program> workloads::program_of_cancels(
    rt::testing::cluster& around, std::uint64_t seed) {
  return std::make_unique<program>(around, seed);
}
