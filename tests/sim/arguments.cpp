#include "sim/arguments.hpp"

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace runs {
namespace {

constexpr char usage[] =
    R"(sim_main runs workloads under seeds, and prints one line for each failure, which repeats it.

  [--workload NAME] --seed N [--trace]  one run, with the steps taken on stderr
  [--workload NAME] --seeds A..B        all seeds from A up to, not including, B, until one fails
      --seconds S                       for so long at most
      --known FILE                      fails where a fault site or probe of FILE was not reached
      --report                          prints what befell the runs: faults, fault sites, probes
      --table                           the same as a line of Markdown; goes on after failures
      --bug NAME                        with a deliberate bug
  --workload NAME --seed N --shrink     makes the failing run smaller, and prints its schedule
      --write FILE                      there
  --schedule FILE                       runs a schedule
  --kept-schedule FILE                  it must pass, and fail with the bug that it finds
  --kept FILE                           the seeds that have once found a bug
  --find-bugs FILE                      each deliberate bug of FILE must be found within 2,000 seeds
  --print-hashes                        what tests/sim/trace_hashes.txt holds
  --check-hashes FILE                   compares this build's runs with it
  --list                                the names of the workloads
)";

constexpr std::pair<std::string_view, bool arguments::*> switches[] = {
    {"--trace", &arguments::trace},   {"--report", &arguments::report},
    {"--table", &arguments::table},   {"--list", &arguments::list},
    {"--shrink", &arguments::shrink}, {"--print-hashes", &arguments::print_hashes},
};

constexpr std::pair<std::string_view, std::string arguments::*> values[] = {
    {"--workload", &arguments::workload},   {"--bug", &arguments::bug},
    {"--known", &arguments::known},         {"--write", &arguments::write},
    {"--check-hashes", &arguments::hashes}, {"--kept", &arguments::kept},
    {"--schedule", &arguments::schedule},   {"--kept-schedule", &arguments::kept_schedule},
    {"--find-bugs", &arguments::find_bugs},
};

void read_value(arguments& into, std::string_view flag, std::string_view value) {
  for (const auto& [name, member] : values) {
    if (flag == name) {
      into.*member = value;
      return;
    }
  }
  if (flag == "--seed") {
    into.first = number(value);
    into.end = into.first + 1;
  } else if (flag == "--seconds") {
    into.seconds = static_cast<double>(number(value));
  } else if (flag == "--seeds") {
    const auto dots = value.find("..");
    if (dots == std::string_view::npos) misused("--seeds takes A..B");
    into.first = number(value.substr(0, dots));
    into.end = number(value.substr(dots + 2));
  } else {
    misused("not a flag: " + std::string(flag));
  }
}

}  // namespace

void misused(const std::string& what) {
  std::fprintf(stderr, "sim_main: %s\n\n%s", what.c_str(), usage);
  std::exit(2);
}

std::uint64_t number(std::string_view text) {
  std::uint64_t value = 0;
  if (text.empty()) misused("a number is missing");
  for (const char digit : text) {
    if (digit < '0' || digit > '9') misused("not a number: " + std::string(text));
    value = value * 10 + static_cast<std::uint64_t>(digit - '0');
  }
  return value;
}

arguments parse(int argc, char** argv) {
  arguments result;
  for (int i = 1; i < argc; ++i) {
    const std::string_view flag = argv[i];
    bool is_switch = false;
    for (const auto& [name, member] : switches) {
      if (flag == name) result.*member = is_switch = true;
    }
    if (is_switch) continue;
    if (i + 1 >= argc) misused("not a flag, or without its value: " + std::string(flag));
    read_value(result, flag, argv[++i]);
  }
  return result;
}

}  // namespace runs
