#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <rt/rt.hpp>
#include <rt/testing/cluster.hpp>

#include "sim/cluster_program.hpp"
#include "sim/cluster_programs.hpp"
#include "sim/workload.hpp"

// Graphs of tasks over a head and some nodes while processes die, stop and are cut off: each reference
// resolves to the right value or to an error that a death gives, a task runs no oftener than its retries allow,
// none waits behind a long one while there is a place, and once the program has ended nothing is left anywhere.

namespace {

using rt::sim::check;
using workloads::holder;
using workloads::sleep;

int leaf(int value, int ms) {
  sleep(ms);
  return value;
}
int add(int a, int b) { return a + b; }
/// Takes a place while its child has to find another.
int with_child(int value, int ms) {
  const auto child = rt::remote<leaf>(value, ms);
  sleep(ms);
  return rt::get(child);
}
int sum_of(const holder& all) {
  int sum = 0;
  for (const int each : rt::get(all.refs)) sum += each;
  return sum;
}
int tree(int leaves, int ms) {
  if (leaves < 2) return rt::get(rt::remote<leaf>(1, ms));
  const auto left = rt::remote<tree>(leaves / 2, ms);
  const auto right = rt::remote<tree>(leaves - leaves / 2, ms);
  return rt::get(left) + rt::get(right);
}
rt::object_ref<int> hand_on(rt::object_ref<int> given) { return given; }
int open_twice(rt::object_ref<rt::object_ref<int>> outer) { return rt::get(rt::get(outer)); }

/// Of one run: statics are shared by all of a process.
struct counted_runs {
  int runs = 0;
  int max = 1;
};
std::vector<counted_runs> counted;
int count_run(int which, int ms) {
  ++counted[static_cast<std::size_t>(which)].runs;
  sleep(ms);
  return which;
}

class program final : public workloads::cluster_program {
 public:
  static constexpr const char* workload = "cluster_tasks";

  explicit program(rt::testing::cluster& around, std::uint64_t seed, bool alone = true)
      : cluster_program(around, seed), alone_(alone) {
    counted.clear();
  }

  void act() override {
    const auto tasks = numbers().between(1, 15);
    for (std::int64_t made = 0; made < tasks; ++made) add_task();
  }
  void await_all() override {
    while (!refs_.empty()) {
      if (numbers().one_in(8)) static_cast<void>(take_any(refs_));
      else look_at_one();
    }
    pause(500);
  }
  void over() override {
    if (alone_) run_side_by_side();
    for (const counted_runs& each : counted) {
      check(each.runs <= each.max, "a task ran oftener than its max_retries allows");
    }
  }

 private:
  struct made {
    rt::object_ref<int> ref;
    int expected;
  };

  /// Has no more long tasks than there are places: none waits behind another.
  void run_side_by_side() {
    constexpr int ms = 3'000;
    const auto places = static_cast<int>(around().nodes());
    const int pairs = static_cast<int>(numbers().below(static_cast<std::uint64_t>(places / 2 + 1)));
    std::vector<rt::object_ref<int>> all;
    for (int made = 0; made < pairs; ++made) all.push_back(rt::remote<with_child>(1, ms));
    for (int made = 2 * pairs; made < places; ++made) all.push_back(rt::remote<leaf>(1, ms));
    const rt::wait_options how{.num_returns = static_cast<int>(all.size()),
                               .timeout = std::chrono::milliseconds(2 * ms - 100)};
    const bool in_time = rt::wait(all, how).pending.empty();
    check(in_time || around().is_harmed(), "a task waits behind a long one beside a free place");
    for (const auto& each : all)
      guarded([&] { check(rt::get(each) == 1, "a task gave another value"); });
  }

  const made& anyone() { return refs_[numbers().below(refs_.size())]; }

  void add_task() {
    const int ms = some_ms(3, 40);
    const auto kind = refs_.empty() ? 0 : numbers().below(7);
    if (kind == 0) {
      const int value = static_cast<int>(numbers().below(1'000));
      refs_.push_back({rt::remote<leaf>(value, ms), value});
    } else if (kind == 1) {
      const made a = anyone();
      const made b = anyone();
      refs_.push_back({rt::remote<add>(a.ref, b.ref), a.expected + b.expected});
    } else if (kind == 2) {
      holder all;
      int sum = 0;
      for (const made& each : refs_) {
        if (numbers().one_in(2)) continue;
        all.refs.push_back(each.ref);
        sum += each.expected;
      }
      refs_.push_back({rt::remote<sum_of>(all), sum});
    } else if (kind == 3) {
      const int leaves = static_cast<int>(1 + numbers().below(6));
      refs_.push_back({rt::remote<tree>(leaves, ms), leaves});
    } else if (kind == 4) {
      const made given = anyone();
      refs_.push_back({rt::remote<open_twice>(rt::remote<hand_on>(given.ref)), given.expected});
    } else if (kind == 5) {
      const int value = static_cast<int>(numbers().below(1'000));
      refs_.push_back({rt::put(value), value});
    } else {
      const int which = static_cast<int>(counted.size());
      const int retries = static_cast<int>(numbers().below(3));
      counted.push_back({.max = 1 + retries});
      refs_.push_back({rt::remote<count_run>.with({.max_retries = retries})(which, ms), which});
    }
  }

  void look_at_one() {
    const made looked_at = take_any(refs_);
    guarded([&] {
      const int value = rt::get(looked_at.ref);
      check(value == looked_at.expected,
            "a task gave " + std::to_string(value) + ", not " + std::to_string(looked_at.expected));
    });
  }

  const bool alone_;
  std::vector<made> refs_;
};

}  // namespace

workloads::planned_workload workloads::cluster_tasks() { return cluster_workload<program>(); }

std::unique_ptr<workloads::cluster_program> workloads::program_of_tasks(
    rt::testing::cluster& around, std::uint64_t seed) {
  return std::make_unique<program>(around, seed, false);
}
