// A large cluster in one thread: a head, nodes and a driver that runs many small tasks on them.
// What it costs in time and memory, and how much of it comes to the head.

#include <rt/rt.hpp>
#include <rt/testing/cluster.hpp>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <unordered_set>
#include <vector>

namespace {

using steady = std::chrono::steady_clock;

struct sizes {
  unsigned nodes = 1'000;
  std::uint64_t tasks = 1'000'000;
  std::uint64_t window = 10'000;
  std::uint64_t seed = 1;
};

/// What was measured, and when.
struct moment {
  steady::time_point real;
  rt::testing::traffic head;
};

/// Nodes that ran a task; all share this process's variables.
std::unordered_set<std::string> workers;

std::uint64_t next_of(std::uint64_t number) {
  workers.insert(to_string(rt::this_task::node()));
  return number + 1;
}

std::uint64_t peak_bytes() {
  std::ifstream status("/proc/self/status");
  std::string word;
  while (status >> word) {
    if (word != "VmHWM:") continue;
    std::uint64_t kib = 0;
    status >> kib;
    return kib * 1024;
  }
  return 0;
}

double seconds(steady::time_point from, steady::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

std::uint64_t frames(const moment& from, const moment& to) {
  return to.head.frames_sent + to.head.frames_received - from.head.frames_sent -
         from.head.frames_received;
}

/// Runs the tasks window by window, as a driver would that has more of them than it wants to keep.
void run_tasks(const sizes& all) {
  std::vector<rt::object_ref<std::uint64_t>> refs;
  refs.reserve(all.window);
  for (std::uint64_t begun = 0; begun < all.tasks; begun += refs.size()) {
    refs.clear();
    while (refs.size() < all.window && begun + refs.size() < all.tasks) {
      refs.push_back(rt::remote<next_of>(begun + refs.size()));
    }
    for (std::uint64_t i = 0; i < refs.size(); ++i) {
      rt::sim::check(rt::get(refs[i]) == begun + i + 1, "a task gave another number");
    }
  }
}

/// Shape: `--name=number`; false where it is not that.
template <class Number>
bool take(const char* argument, const char* name, Number& to) {
  const std::size_t length = std::strlen(name);
  if (std::strncmp(argument, name, length) != 0) return false;
  char* end = nullptr;
  const unsigned long long value = std::strtoull(argument + length, &end, 10);
  if (end == argument + length || *end != '\0' || value == 0) return false;
  to = static_cast<Number>(value);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  sizes all;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--quick") == 0) {
      all = {.nodes = 10, .tasks = 1'000, .window = 100, .seed = all.seed};
    } else if (!take(argv[i], "--nodes=", all.nodes) && !take(argv[i], "--tasks=", all.tasks) &&
               !take(argv[i], "--window=", all.window) && !take(argv[i], "--seed=", all.seed)) {
      std::fprintf(stderr,
                   "usage: roundtrip_simulated_cluster [--quick] [--nodes=N] [--tasks=N]"
                   " [--window=N] [--seed=N]\n");
      return 2;
    }
  }

  rt::testing::cluster cluster({.seed = all.seed,
                                .nodes = all.nodes,
                                .links = rt::testing::links::reliable,
                                .steps_max = UINT64_MAX});
  const auto now = [&] { return moment{steady::now(), cluster.traffic_of(0)}; };
  const moment begin = now();
  moment joined = begin;
  moment resting = begin;
  moment settled = begin;
  moment done = begin;
  const rt::sim::report report = cluster.run([&](rt::testing::cluster&) {
    joined = now();
    // What is still said of the joining is not the tasks'.
    rt::this_task::sleep_for(std::chrono::seconds(2));
    resting = now();
    rt::this_task::sleep_for(std::chrono::seconds(1));
    settled = now();
    run_tasks(all);
    done = now();
  });
  const moment end = now();
  if (!report.ok()) {
    std::fprintf(stderr, "failed: %s\n", report.failure.c_str());
    return 1;
  }

  const double tasks = static_cast<double>(all.tasks);
  const double whole = seconds(begin.real, end.real);
  std::printf("| %u simulated nodes, %llu tasks | |\n|---|---|\n", all.nodes,
              static_cast<unsigned long long>(all.tasks));
  std::printf("| time in all | %.1f s |\n", whole);
  std::printf("| until all have joined | %.1f s |\n", seconds(begin.real, joined.real));
  std::printf("| while the tasks ran | %.1f s, %.0f tasks/s |\n", seconds(settled.real, done.real),
              tasks / seconds(settled.real, done.real));
  std::printf("| peak memory | %.0f MiB |\n", static_cast<double>(peak_bytes()) / (1 << 20));
  std::printf("| the head's frames a node and second, at rest | %.2f |\n",
              static_cast<double>(frames(resting, settled)) / all.nodes);
  std::printf("| the head's frames a task, while they ran | %.6f |\n",
              static_cast<double>(frames(settled, done)) / tasks);
  std::printf("| the head's frames a task, joining and leaving included | %.6f |\n",
              static_cast<double>(frames(begin, end)) / tasks);
  std::printf("| nodes that ran tasks | %zu |\n", workers.size());
  std::printf("| virtual time | %.3f s |\n",
              std::chrono::duration<double>(report.virtual_time).count());
  std::printf("| steps | %llu |\n", static_cast<unsigned long long>(report.steps));
  return 0;
}
