// The project's figures beside what the machine can do and what others do, in one table.

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <future>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "harness/report.hpp"
#include "harness/runner.hpp"
#include "rows/rows.hpp"

namespace {

constexpr const char* usage =
    "usage: roundtrip_bench [options]\n"
    "  --filter=TEXT    only rows whose section or name holds TEXT; may be given several times\n"
    "  --list           print the rows' names and end\n"
    "  --quick          run everything once and briefly: does it run at all?\n"
    "  --rounds=N       interleaved rounds a row (5)\n"
    "  --seconds=S      how long a contender measures in a round (0.25)\n"
    "  --cores=N        how many cores each contender may use (2)\n"
    "  --neighbours=C   cores that other processes may use in a round that counts (0.08)\n"
    "  --retries=N      rounds of a row taken again because of neighbours (5)\n"
    "  --json=FILE      also write every round's figures there\n";

struct options {
  bench::plan plan;
  std::vector<std::string> filters;
  std::string json;
  std::string child;
  bool list = false;
};

/// Returns what follows `--name=` in `argument`, or null.
const char* value_of(const char* argument, const char* name) {
  const std::size_t n = std::strlen(name);
  return std::strncmp(argument, name, n) == 0 && argument[n] == '=' ? argument + n + 1 : nullptr;
}

bool parse(int argc, char** argv, options& o) {
  for (int i = 1; i < argc; ++i) {
    const char* a = argv[i];
    if (std::strcmp(a, "--quick") == 0) {
      o.plan.session.quick = true;
      o.plan.rounds = 1;
    } else if (std::strcmp(a, "--list") == 0) {
      o.list = true;
    } else if (const char* v = value_of(a, "--filter")) {
      o.filters.emplace_back(v);
    } else if (const char* v = value_of(a, "--rounds")) {
      o.plan.rounds = std::atoi(v);
    } else if (const char* v = value_of(a, "--seconds")) {
      o.plan.session.seconds = std::atof(v);
    } else if (const char* v = value_of(a, "--cores")) {
      o.plan.session.cores = std::atoi(v);
    } else if (const char* v = value_of(a, "--neighbours")) {
      o.plan.neighbours_max = std::atof(v);
    } else if (const char* v = value_of(a, "--retries")) {
      o.plan.retries = std::atoi(v);
    } else if (const char* v = value_of(a, "--json")) {
      o.json = v;
    } else if (const char* v = value_of(a, "--child")) {
      o.child = v;
    } else {
      std::fprintf(stderr, "roundtrip_bench: unknown option %s\n%s", a, usage);
      return false;
    }
  }
  if (o.plan.rounds < 1 || o.plan.session.seconds <= 0 || o.plan.session.cores < 1) {
    std::fprintf(stderr, "roundtrip_bench: rounds, seconds and cores must be positive\n");
    return false;
  }
  return true;
}

/// A thread that sleeps for as long as the program runs. Without it the C library would take locks
/// and memory without atomics for contenders that have no threads; no program that has a task
/// library to choose is like that.
class second_thread {
 public:
  second_thread() : thread_([this] { end_.get_future().wait(); }) {}
  ~second_thread() {
    end_.set_value();
    thread_.join();
  }

 private:
  std::promise<void> end_;
  std::thread thread_;
};

bool wanted(const bench::row& r, const std::vector<std::string>& filters) {
  if (filters.empty()) return true;
  for (const std::string& f : filters) {
    if (r.name.find(f) != std::string::npos || r.section.find(f) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  options o;
  if (!parse(argc, argv, o)) return 2;
  const second_thread asleep;
  const std::vector<bench::row> table = bench::all_rows();
  if (!o.child.empty()) return bench::run_as_child(table, o.child, o.plan);

  std::vector<bench::result> results;
  bool failed = false;
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (!wanted(table[i], o.filters)) continue;
    if (o.list) {
      std::printf("%s: %s\n", table[i].section.c_str(), table[i].name.c_str());
      continue;
    }
    std::fprintf(stderr, "%s: %s\n", table[i].section.c_str(), table[i].name.c_str());
    results.push_back(bench::run(table[i], i, o.plan));
    for (const bench::outcome& each : results.back().outcomes) failed |= !each.failure.empty();
  }
  if (o.list) return 0;
  bench::print_markdown(std::cout, results, o.plan);
  if (!o.json.empty()) {
    std::ofstream file(o.json);
    bench::print_json(file, results, o.plan);
    failed |= !file;
  }
  return failed ? 1 : 0;
}
