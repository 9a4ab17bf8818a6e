#include "sim/one_run.hpp"

// As explored: elsewhere no bug is held.
#ifndef RT_LANE_EXPLORED
#define RT_LANE_EXPLORED
#endif

#include <csignal>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <utility>

#include <unistd.h>

#include "core/planted_bug.hpp"
#include "sim/commit.hpp"
#include "sim/random_stream.hpp"

#ifndef RT_SIM_BUILD
#define RT_SIM_BUILD "unknown"
#endif

namespace runs {
namespace {

/// The line that repeats the run under way: made before it begins, since it may crash.
char repeat_line[512];
const std::string* planted = nullptr;

void note(const std::string& arguments) {
  const std::string bug = planted != nullptr ? " --bug " + *planted : "";
  std::snprintf(repeat_line, sizeof repeat_line, "%s%s (commit %s, %s)", arguments.c_str(),
                bug.c_str(), RT_SIM_COMMIT, RT_SIM_BUILD);
}

void on_crash(int signal) {
  const auto say = [](const char* text) {
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text, std::strlen(text));
  };
  say("crashed: sim_main ");
  say(repeat_line);
  say("\n");
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

rt::config settings_of(std::uint64_t seed) {
  rt::sim::random_stream numbers(seed, 3);
  rt::config settings;
  settings.num_cpus = numbers.between(1, 4);
  settings.driver_executes = !numbers.one_in(4);
  if (numbers.one_in(4)) settings.distance = rt::distance::process;
  return settings;
}

rt::sim::fault_sites sites_of(const workloads::schedule& planned) {
  if (planned.sites) return {planned.seed, *planned.sites};
  return rt::sim::fault_sites(planned.seed);
}

outcome run_planned(const workloads::workload& one, const workloads::schedule& planned) {
  outcome made{.report = {}, .sites = sites_of(planned)};
  made.plan = planned.plan;
  made.repeated_by = repeat_line;
  const rt::sim::fault_sites::active here(made.sites);
  workloads::planned_report told = one.planned.run(planned, made.sites);
  made.report = std::move(told.report);
  made.network = told.network;
  return made;
}

}  // namespace

void plant(const std::string& bug) {
  planted = bug.empty() ? nullptr : &bug;
  rt::sim::detail::plant(bug);
}

outcome run(const workloads::workload& one, std::uint64_t seed, bool trace) {
  note("--workload " + std::string(one.name) + " --seed " + std::to_string(seed));
  if (one.planned.run != nullptr) return run_planned(one, one.planned.plan(seed));
  rt::sim::options with;
  with.seed = seed;
  with.config = settings_of(seed);
  with.steps_max = 5'000'000;
  if (trace) {
    with.watch = [](std::string_view line) {
      std::fprintf(stderr, "%.*s\n", static_cast<int>(line.size()), line.data());
    };
  }
  outcome made{.report = {}, .sites = rt::sim::fault_sites(seed)};
  made.repeated_by = repeat_line;
  const rt::sim::fault_sites::active here(made.sites);
  made.report = rt::sim::run(with, [&] { one.run(seed); });
  return made;
}

outcome run(const workloads::schedule& planned, const std::string& file) {
  note("--schedule " + file);
  return run_planned(*workloads::find(planned.workload), planned);
}

void watch_for_crashes() {
  // On a stack of its own: the fault may be that a fiber's was too small.
  static char stack[64 * 1024];
  stack_t other{};
  other.ss_sp = stack;
  other.ss_size = sizeof stack;
  ::sigaltstack(&other, nullptr);
  struct sigaction action {};
  action.sa_handler = &on_crash;
  action.sa_flags = SA_ONSTACK;
  for (int signal : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL}) {
    ::sigaction(signal, &action, nullptr);
  }
}

const char* build_name() noexcept { return RT_SIM_BUILD; }

}  // namespace runs
