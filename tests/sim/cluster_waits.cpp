#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <rt/rt.hpp>
#include <rt/testing/cluster.hpp>

#include "sim/cluster_program.hpp"
#include "sim/cluster_programs.hpp"
#include "sim/task_tree.hpp"
#include "sim/workload.hpp"

// Waiting over nodes. Trees of tasks that wait for their children's, deeper than there are CPUs; tasks fanned
// out and waited for some at a time; and limits of what may be queued: a driver's `remote` goes on only when
// there is room, a task's throws, and what the task does then still leads to the right sum. What no node could
// ever run fails when it has waited for one to come.

namespace {

using rt::sim::check;
using workloads::sleep;

int leaf(int value, int ms) {
  sleep(ms);
  return value;
}
/// Hands its parts out as far as there is room for them, and does the others itself.
int fan_out(int parts, int ms) {
  int sum = 0;
  std::vector<rt::object_ref<int>> refs;
  for (int part = 1; part <= parts; ++part) {
    try {
      refs.push_back(rt::remote<leaf>(part, ms));
    } catch (const rt::pending_calls_limit_error& full) {
      check(full.outcome() == rt::outcome::not_started, "what found no room may have started");
      sum += leaf(part, ms);
    }
  }
  for (const int each : rt::get(refs)) sum += each;
  return sum;
}

class program : public workloads::cluster_program {
 public:
  /// Shape: `queued_max` is the limit of each process; absent for none to speak of.
  program(rt::testing::cluster& around, std::uint64_t seed, std::optional<int> queued_max)
      : cluster_program(around, seed), queued_max_(queued_max) {}

  void act() override {
    for (std::int64_t made = numbers().between(1, 6); made != 0; --made) {
      if (numbers().one_in(2)) {
        const int parts = static_cast<int>(numbers().between(0, 12));
        add(rt::remote<fan_out>(parts, some_ms(2, 20)), parts * (parts + 1) / 2);
      } else if (!queued_max_) {
        const std::uint64_t tree = numbers().next();
        const int depth = static_cast<int>(numbers().between(1, 3));
        trees_.push_back({rt::remote<workloads::sum_of_tree>(tree, depth),
                          workloads::plain_sum_of_tree(tree, depth)});
      }
    }
    for (std::int64_t leaves = numbers().between(0, 20); leaves != 0; --leaves) {
      const int value = static_cast<int>(numbers().below(1'000));
      add(rt::remote<leaf>(value, some_ms(2, 40)), value);
    }
  }

  void await_all() override {
    while (!sums_.empty()) wait_for_some();
    while (!trees_.empty()) {
      const auto tree = take_any(trees_);
      guarded([&] { check(rt::get(tree.first) == tree.second, "a tree has a wrong sum"); });
    }
    pause(300);
  }

 private:
  void add(rt::object_ref<int> ref, int expected) {
    refs_.push_back(std::move(ref));
    sums_.push_back(expected);
    if (!queued_max_) return;
    std::size_t open = 0;
    for (const auto& each : refs_) open += !is_complete(each);
    check(open <= static_cast<std::size_t>(*queued_max_), "more is queued than there is room for");
  }

  static bool is_complete(const rt::object_ref<int>& ref) {
    const auto found = rt::try_get(ref, std::chrono::nanoseconds(0));
    return found || found.error().code != rt::errc::get_timeout;
  }

  void wait_for_some() {
    const std::size_t wanted = 1 + numbers().below(refs_.size());
    std::optional<std::chrono::milliseconds> within;
    if (numbers().one_in(3)) within = std::chrono::milliseconds(numbers().below(30));
    rt::wait_options how{.num_returns = static_cast<int>(wanted)};
    if (within) how.timeout = *within;
    const auto found = rt::wait(refs_, how);
    check(found.ready.size() + found.pending.size() == refs_.size(), "a wait has lost some");
    check(found.ready.size() <= wanted, "a wait gives more than it was asked for");
    check(within || found.ready.size() == wanted, "a wait came back before it was over");
    std::vector<int> left;
    std::size_t ready = 0;
    std::size_t pending = 0;
    for (std::size_t at = 0; at < refs_.size(); ++at) {
      if (ready < found.ready.size() && refs_[at] == found.ready[ready]) {
        ++ready;
        check(is_complete(refs_[at]), "what a wait gave is not there");
        guarded([&] { check(rt::get(refs_[at]) == sums_[at], "a sum is another"); });
      } else {
        check(pending < found.pending.size() && refs_[at] == found.pending[pending],
              "a wait has changed the order");
        ++pending;
        left.push_back(sums_[at]);
      }
    }
    refs_ = found.pending;
    sums_ = std::move(left);
  }

  const std::optional<int> queued_max_;
  std::vector<rt::object_ref<int>> refs_;
  std::vector<int> sums_;
  std::vector<std::pair<rt::object_ref<std::uint64_t>, std::uint64_t>> trees_;
};

class waits final : public program {
 public:
  static constexpr const char* workload = "cluster_waits";
  waits(rt::testing::cluster& around, std::uint64_t seed) : program(around, seed, {}) {}
};

class limits final : public program {
 public:
  static constexpr const char* workload = "cluster_limits";
  /// So few that they are reached.
  static constexpr int queued_max = 6;
  static void limit(rt::testing::cluster_options& options) {
    options.node.max_queued_tasks = queued_max;
    options.driver.max_queued_tasks = queued_max;
    // Longer than any harm lasts.
    options.driver.unschedulable_timeout = std::chrono::minutes(1);
    // Which tasks wait for in vain.
    options.own_time = std::chrono::minutes(1);
  }
  limits(rt::testing::cluster& around, std::uint64_t seed) : program(around, seed, queued_max) {}

  void over() override {
    if (!numbers().one_in(4)) return;
    const auto task = rt::remote<leaf>.with({.resources = {{"berth", 1}}})(1, 0);
    const auto found = rt::try_get(task, std::chrono::minutes(3));
    check(!found && found.error().code == rt::errc::unschedulable,
          "what no node could run does not fail in time as that");
  }
};

}  // namespace

workloads::planned_workload workloads::cluster_waits() { return cluster_workload<waits>(); }
workloads::planned_workload workloads::cluster_limits() { return cluster_workload<limits>(); }

std::unique_ptr<workloads::cluster_program> workloads::program_of_waits(
    rt::testing::cluster& around, std::uint64_t seed) {
  return std::make_unique<waits>(around, seed);
}
