#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <rt/core/error.hpp>
#include <rt/rt.hpp>
#include <rt/testing/cluster.hpp>

#include "sim/cluster_harm.hpp"
#include "sim/random_stream.hpp"
#include "sim/workload.hpp"

namespace workloads {

/// Is that what a task or an object fails with when a process has died?
inline bool is_of_a_death(rt::errc code) noexcept {
  return code == rt::errc::node_died || code == rt::errc::owner_died ||
         code == rt::errc::object_lost;
}

/// References inside a value.
struct holder {
  std::vector<rt::object_ref<int>> refs;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(refs);
  }
};

/// Has the task that calls it take some time, or none at all.
inline void sleep(int ms) {
  if (ms != 0) rt::this_task::sleep_for(std::chrono::milliseconds(ms));
}

/// What the driver of a simulated cluster does in a workload; the base of each such program.
/// Shape: `run` is called once, with how many rounds it has. Its parts are for programs that run mixed.
class cluster_program {
 public:
  cluster_program(rt::testing::cluster& around, std::uint64_t seed)
      : around_(around), seed_(seed) {}
  cluster_program(const cluster_program&) = delete;
  cluster_program& operator=(const cluster_program&) = delete;
  virtual ~cluster_program() = default;

  void run(std::int64_t rounds);

  /// Each round has numbers of its own, so that fewer rounds are the same as before.
  void begin_round(std::int64_t round) {
    numbers_ = rt::sim::random_stream(seed_, 1'000 + static_cast<std::uint64_t>(round));
  }
  /// Begins what a round consists of.
  virtual void act() {}
  /// Waits for that, and checks it.
  virtual void await_all() {}
  /// Checks what can be said only at the end.
  virtual void over() {}

 protected:
  rt::testing::cluster& around() const noexcept { return around_; }
  rt::sim::random_stream& numbers() noexcept { return numbers_; }
  /// How long a task of the program takes, in every second or third case no time at all.
  int some_ms(std::uint64_t none_in, std::uint64_t below) {
    return numbers_.one_in(none_in) ? 0 : static_cast<int>(numbers_.below(below));
  }
  /// Pauses after every second round.
  void pause(std::uint64_t below_ms) {
    if (numbers_.one_in(2)) sleep(static_cast<int>(numbers_.below(below_ms)));
  }
  template <class Known>
  Known take_any(std::vector<Known>& all) {
    const auto at = all.begin() + static_cast<std::ptrdiff_t>(numbers_.below(all.size()));
    Known taken = std::move(*at);
    all.erase(at);
    return taken;
  }

  /// Does what may fail as a death has it fail, where there is harm, and not otherwise.
  template <class Act>
  void guarded(const Act& act) {
    try {
      act();
    } catch (const rt::error& failed) {
      rt::sim::check(around_.is_harmed(),
                     std::string("something failed without harm: ") + failed.what());
      rt::sim::check(is_of_a_death(failed.code()),
                     std::string("something failed with what no death gives: ") + failed.what());
    }
  }

 private:
  rt::testing::cluster& around_;
  const std::uint64_t seed_;
  rt::sim::random_stream numbers_{0, 0};
};

/// The cluster of such a schedule, without its harm.
rt::testing::cluster_options cluster_of(const schedule& planned);

/// Says by the seed how large a cluster is, for how many rounds its program runs, and what befalls it.
/// Units: of `harm_max` milliseconds.
schedule plan_cluster(const std::string& workload, std::uint64_t seed, std::int64_t harm_max);

/// Runs a program over a cluster as planned.
template <class Program>
planned_report run_cluster(const schedule& planned, rt::sim::fault_sites& sites) {
  rt::testing::cluster_options options = cluster_of(planned);
  if constexpr (requires { Program::resources(); }) options.node.resources = Program::resources();
  if constexpr (requires { Program::limit(options); }) Program::limit(options);
  rt::testing::cluster around(options);
  const auto nodes = static_cast<rt::sim::process_number>(planned.sizes.at("nodes"));
  const rt::sim::cluster_harm harm{.plan = rt::sim::for_nodes(planned.plan, nodes),
                                   .sites = &sites};
  rt::sim::befall(around, harm);
  return {.report = around.run([&](rt::testing::cluster& cluster) {
    Program(cluster, planned.seed).run(planned.sizes.at("rounds"));
  })};
}

/// A workload of such programs.
/// Shape: `Program::workload` is its name; `Program::resources()` what each node has, where it asks for any;
/// `Program::limit` sets limits of its processes, where they are not the usual ones;
/// `harm_max` for how long there is harm at most, in milliseconds.
template <class Program>
planned_workload cluster_workload() {
  return {.plan =
              [](std::uint64_t seed) {
                std::int64_t harm_max = 20'000;
                if constexpr (requires { Program::harm_max; }) harm_max = Program::harm_max;
                return plan_cluster(Program::workload, seed, harm_max);
              },
          .run = &run_cluster<Program>,
          .least = {{"nodes", 1}, {"cpus", 1}, {"rounds", 1}}};
}

}  // namespace workloads
