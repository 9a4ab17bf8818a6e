#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

#include <rt/sim.hpp>

#include <unistd.h>

#include "sim/random_stream.hpp"
#include "sim/workload.hpp"

// Runs workloads under seeds, and prints one line for each failure, which repeats it.
//
//   sim_main [--workload NAME] --seed N [--trace]   one run, with the steps taken on stderr
//   sim_main [--workload NAME] --seeds A..B         all seeds from A up to, not including, B
//   sim_main --kept FILE                            the seeds that have once found a bug
//   sim_main --print-hashes                         what tests/sim/trace_hashes.txt holds
//   sim_main --check-hashes FILE                    compares this build's runs with it

#ifndef RT_SIM_COMMIT
#define RT_SIM_COMMIT "unknown"
#endif
#ifndef RT_SIM_BUILD
#define RT_SIM_BUILD "unknown"
#endif

namespace {

constexpr std::uint64_t recorded_seeds = 32;  // of each workload

/// The line that repeats the run, also for a crash: made before the run begins.
char repeat_line[512];

void on_crash(int signal) {
  static const char text[] = "crashed: ";
  [[maybe_unused]] auto written = ::write(STDERR_FILENO, text, sizeof text - 1);
  written = ::write(STDERR_FILENO, repeat_line, std::strlen(repeat_line));
  std::signal(signal, SIG_DFL);
  std::raise(signal);
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

rt::config settings_of(std::uint64_t seed) {
  rt::sim::random_stream numbers(seed, 3);
  rt::config settings;
  settings.num_cpus = numbers.between(1, 4);
  settings.driver_executes = !numbers.one_in(4);
  if (numbers.one_in(4)) settings.distance = rt::distance::process;
  return settings;
}

rt::sim::report run(const workloads::workload& one, std::uint64_t seed, bool trace) {
  std::snprintf(repeat_line, sizeof repeat_line, "--workload %s --seed %llu (commit %s, %s)\n",
                std::string(one.name).c_str(), static_cast<unsigned long long>(seed), RT_SIM_COMMIT,
                RT_SIM_BUILD);
  if (one.run_alone != nullptr) return one.run_alone(seed);
  rt::sim::options with;
  with.seed = seed;
  with.config = settings_of(seed);
  with.steps_max = 5'000'000;
  if (trace) {
    with.watch = [](std::string_view line) {
      std::fprintf(stderr, "%.*s\n", static_cast<int>(line.size()), line.data());
    };
  }
  return rt::sim::run(with, [&] { one.run(seed); });
}

/// Runs, counts, and prints the line that repeats a failure.
struct tally {
  std::uint64_t runs = 0;
  std::uint64_t steps = 0;
  std::uint64_t failed = 0;

  void add(const workloads::workload& one, std::uint64_t seed, bool trace) {
    const rt::sim::report report = run(one, seed, trace);
    ++runs;
    steps += report.steps;
    if (report.ok()) return;
    ++failed;
    std::string what = report.failure;
    std::replace(what.begin(), what.end(), '\n', ';');
    std::printf("failed: %s: sim_main %s", what.c_str(), repeat_line);
  }
  int tell() const {
    if (failed != 0) return 1;
    std::printf("%llu runs, %llu steps, all well\n", static_cast<unsigned long long>(runs),
                static_cast<unsigned long long>(steps));
    return 0;
  }
};

struct arguments {
  std::string workload;
  std::uint64_t first = 0;
  std::uint64_t end = 1;
  bool trace = false;
  bool print_hashes = false;
  std::string hashes;
  std::string kept;
};

[[noreturn]] void misused(const std::string& what) {
  std::fprintf(stderr,
               "sim_main: %s; it takes --workload NAME, --seed N, --seeds A..B, --trace, "
               "--kept FILE, --print-hashes, --check-hashes FILE\n",
               what.c_str());
  std::exit(2);
}

std::uint64_t number(std::string_view text) {
  std::uint64_t value = 0;
  if (text.empty()) misused("a number is missing");
  for (char digit : text) {
    if (digit < '0' || digit > '9') misused("not a number: " + std::string(text));
    value = value * 10 + static_cast<std::uint64_t>(digit - '0');
  }
  return value;
}

arguments parse(int argc, char** argv) {
  arguments result;
  for (int i = 1; i < argc; ++i) {
    const std::string_view flag = argv[i];
    const auto next = [&]() -> std::string_view {
      if (++i >= argc) misused(std::string(flag) + " needs a value");
      return argv[i];
    };
    if (flag == "--workload") {
      result.workload = next();
    } else if (flag == "--seed") {
      result.first = number(next());
      result.end = result.first + 1;
    } else if (flag == "--seeds") {
      const std::string_view range = next();
      const auto dots = range.find("..");
      if (dots == std::string_view::npos) misused("--seeds takes A..B");
      result.first = number(range.substr(0, dots));
      result.end = number(range.substr(dots + 2));
    } else if (flag == "--trace") {
      result.trace = true;
    } else if (flag == "--print-hashes") {
      result.print_hashes = true;
    } else if (flag == "--kept") {
      result.kept = next();
    } else if (flag == "--check-hashes") {
      result.hashes = next();
    } else {
      misused("not a flag: " + std::string(flag));
    }
  }
  return result;
}

std::string hash_line(const workloads::workload& one, std::uint64_t seed) {
  const rt::sim::report report = run(one, seed, false);
  char line[256];
  std::snprintf(line, sizeof line, "%s %llu %016llx %llu", std::string(one.name).c_str(),
                static_cast<unsigned long long>(seed),
                static_cast<unsigned long long>(report.trace_hash),
                static_cast<unsigned long long>(report.steps));
  if (!report.ok()) return std::string(line) + " failed";
  return line;
}

/// Calls `see` for each line of the file that begins with a workload's name and a seed.
template <class See>
void each_line(const std::string& path, const See& see) {
  std::ifstream file(path);
  if (!file) misused("cannot read " + path);
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    const auto space = line.find(' ');
    const auto second = line.find(' ', space + 1);
    const auto& all = workloads::all();
    const auto one = std::find_if(all.begin(), all.end(), [&](const workloads::workload& each) {
      return each.name == line.substr(0, space);
    });
    if (one == all.end()) misused("no workload of that name: " + line);
    see(*one, number(line.substr(space + 1, second - space - 1)), line);
  }
}

int check_hashes(const std::string& path) {
  int compared = 0;
  int different = 0;
  each_line(path, [&](const workloads::workload& one, std::uint64_t seed, const std::string& line) {
    ++compared;
    const std::string found = hash_line(one, seed);
    if (found == line) return;
    ++different;
    std::printf("recorded: %s\nthis one: %s\n", line.c_str(), found.c_str());
  });
  std::printf("%d traces compared, %d differ (%s)\n", compared, different, RT_SIM_BUILD);
  return compared > 0 && different == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const arguments given = parse(argc, argv);
  watch_for_crashes();
  if (!given.hashes.empty()) return check_hashes(given.hashes);
  if (given.print_hashes) {
    std::printf("# workload, seed, trace hash, steps: the same with any compiler and build.\n");
    std::printf("# Made by sim_main --print-hashes; a change of the engine changes them.\n");
    for (const auto& one : workloads::all()) {
      for (std::uint64_t seed = 0; seed < recorded_seeds; ++seed) {
        std::printf("%s\n", hash_line(one, seed).c_str());
      }
    }
    return 0;
  }
  tally sum;
  if (!given.kept.empty()) {
    each_line(given.kept, [&](const workloads::workload& one, std::uint64_t seed,
                              const std::string&) { sum.add(one, seed, given.trace); });
    return sum.tell();
  }
  for (std::uint64_t seed = given.first; seed < given.end && sum.failed == 0; ++seed) {
    for (const auto& one : workloads::all()) {
      if (given.workload.empty() || one.name == given.workload) sum.add(one, seed, given.trace);
    }
  }
  if (sum.runs == 0) misused("no such workload: " + given.workload);
  return sum.tell();
}
