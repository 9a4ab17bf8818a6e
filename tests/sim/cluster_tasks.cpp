#include <cstdint>
#include <string>
#include <vector>

#include <rt/rt.hpp>
#include <rt/testing/cluster.hpp>

#include "sim/random_stream.hpp"
#include "sim/workload.hpp"

// Graphs of tasks over a head and some nodes while processes die, stop and are cut off: each reference
// resolves to the right value or to an error that a death gives, a task that must not runs no second
// time, and once the program has ended nothing is left anywhere.

namespace {

using rt::sim::check;

/// References inside a value.
struct holder {
  std::vector<rt::object_ref<int>> refs;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(refs);
  }
};

void sleep(int ms) {
  if (ms != 0) rt::this_task::sleep_for(std::chrono::milliseconds(ms));
}

int leaf(int value, int ms) {
  sleep(ms);
  return value;
}
int add(int a, int b) { return a + b; }
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
std::vector<int> runs_of_once;
int once(int which, int ms) {
  ++runs_of_once[static_cast<std::size_t>(which)];
  sleep(ms);
  return which;
}

class program {
 public:
  program(rt::testing::cluster& around, std::uint64_t seed, bool harmed)
      : around_(around), numbers_(seed, 90), harmed_by_sites_(harmed) {}

  void run() {
    const auto rounds = numbers_.between(1, 6);
    for (std::int64_t round = 0; round < rounds; ++round) {
      const auto tasks = numbers_.between(1, 15);
      for (std::int64_t made = 0; made < tasks; ++made) add_task();
      while (!refs_.empty()) {
        if (numbers_.one_in(8)) drop_one();
        else look_at_one();
      }
      if (numbers_.one_in(2)) sleep(static_cast<int>(numbers_.below(500)));
    }
    for (const int each : runs_of_once) check(each <= 1, "a task ran twice that must not");
  }

 private:
  struct made {
    rt::object_ref<int> ref;
    int expected;
  };

  int some_ms() { return numbers_.one_in(3) ? 0 : static_cast<int>(numbers_.below(40)); }
  const made& anyone() { return refs_[numbers_.below(refs_.size())]; }

  void add_task() {
    const int ms = some_ms();
    const auto kind = refs_.empty() ? 0 : numbers_.below(7);
    if (kind == 0) {
      const int value = static_cast<int>(numbers_.below(1'000));
      refs_.push_back({rt::remote<leaf>(value, ms), value});
    } else if (kind == 1) {
      const made a = anyone();
      const made b = anyone();
      refs_.push_back({rt::remote<add>(a.ref, b.ref), a.expected + b.expected});
    } else if (kind == 2) {
      holder all;
      int sum = 0;
      for (const made& each : refs_) {
        if (numbers_.one_in(2)) continue;
        all.refs.push_back(each.ref);
        sum += each.expected;
      }
      refs_.push_back({rt::remote<sum_of>(all), sum});
    } else if (kind == 3) {
      const int leaves = static_cast<int>(1 + numbers_.below(6));
      refs_.push_back({rt::remote<tree>(leaves, ms), leaves});
    } else if (kind == 4) {
      const made given = anyone();
      refs_.push_back({rt::remote<open_twice>(rt::remote<hand_on>(given.ref)), given.expected});
    } else if (kind == 5) {
      const int value = static_cast<int>(numbers_.below(1'000));
      refs_.push_back({rt::put(value), value});
    } else {
      const int which = static_cast<int>(runs_of_once.size());
      runs_of_once.push_back(0);
      refs_.push_back({rt::remote<once>.with({.max_retries = 0})(which, ms), which});
    }
  }

  void drop_one() {
    refs_.erase(refs_.begin() + static_cast<std::ptrdiff_t>(numbers_.below(refs_.size())));
  }

  void look_at_one() {
    const std::size_t at = numbers_.below(refs_.size());
    const made looked_at = refs_[at];
    refs_.erase(refs_.begin() + static_cast<std::ptrdiff_t>(at));
    try {
      const int value = rt::get(looked_at.ref);
      check(value == looked_at.expected,
            "a task gave " + std::to_string(value) + ", not " + std::to_string(looked_at.expected));
    } catch (const rt::error& failed) {
      check(around_.is_harmed() || harmed_by_sites_,
            std::string("a task failed without harm: ") + failed.what());
      const rt::errc code = failed.code();
      check(code == rt::errc::node_died || code == rt::errc::owner_died ||
                code == rt::errc::object_lost,
            std::string("a task failed with what no death gives: ") + failed.what());
    }
  }

  rt::testing::cluster& around_;
  rt::sim::random_stream numbers_;
  const bool harmed_by_sites_;
  std::vector<made> refs_;
};

workloads::schedule plan(std::uint64_t seed) { return {.workload = "cluster_tasks", .seed = seed}; }

workloads::planned_report run(const workloads::schedule& planned, rt::sim::fault_sites& sites) {
  rt::sim::random_stream numbers(planned.seed, 91);
  rt::testing::cluster_options options;
  options.seed = planned.seed;
  options.nodes = static_cast<unsigned>(numbers.between(1, 4));
  options.node.num_cpus = numbers.between(1, 3);
  options.faults = true;
  options.healed_after = std::chrono::milliseconds(numbers.between(100, 20'000));
  options.healed = [&sites] { sites.calm(); };
  options.steps_max = 5'000'000;
  runs_of_once.clear();
  rt::testing::cluster around(options);
  return {.report = around.run([&](rt::testing::cluster& cluster) {
    program(cluster, planned.seed, !sites.none()).run();
  })};
}

}  // namespace

workloads::planned_workload workloads::cluster_tasks() { return {.plan = &plan, .run = &run}; }
