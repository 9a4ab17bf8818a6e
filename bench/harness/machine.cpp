#include "harness/machine.hpp"

#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <thread>

#include "harness/session.hpp"

namespace bench {
namespace {

std::string output_of(const std::string& command) {
  std::string text;
  if (std::FILE* pipe = popen(command.c_str(), "r")) {
    char buffer[256];
    while (std::fgets(buffer, sizeof buffer, pipe)) text += buffer;
    if (pclose(pipe) != 0) return {};
  }
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

double seconds(const timeval& t) {
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
}

double used_by(int who) {
  rusage usage{};
  getrusage(who, &usage);
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// Returns the seconds that all cores together were busy since the machine started.
double machine_busy_seconds() {
  std::ifstream stat("/proc/stat");
  std::string cpu;
  double user = 0;
  double nice = 0;
  double system = 0;
  stat >> cpu >> user >> nice >> system;
  return (user + nice + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

double wall_seconds() {
  return std::chrono::duration<double>(steady::now().time_since_epoch()).count();
}

}  // namespace

std::string machine_name() {
  std::string model = "unknown processor";
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (line.rfind("model name", 0) != 0) continue;
    model = line.substr(line.find(':') + 2);
    break;
  }
  utsname name{};
  uname(&name);
  std::ostringstream out;
  out << model << ", " << std::thread::hardware_concurrency() << " cores, " << name.sysname << ' '
      << name.release;
  return out.str();
}

std::string compiler_name() {
#if defined(__clang__)
  return std::string("clang ") + __clang_version__;
#else
  return std::string("g++ ") + __VERSION__;
#endif
}

std::string commit_name() {
  const std::string git = "git -C '" RT_BENCH_SOURCE_DIR "' ";
  std::string commit = output_of(git + "rev-parse --short=10 HEAD 2>/dev/null");
  if (commit.empty()) return commit;
  if (!output_of(git + "status --porcelain --untracked-files=no 2>/dev/null").empty()) {
    commit += " and changes";
  }
  return commit;
}

std::size_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::size_t total = 0;
  std::size_t resident = 0;
  statm >> total >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

double process_cpu_seconds() { return used_by(RUSAGE_SELF); }

neighbour_watch::neighbour_watch()
    : busy_then_(machine_busy_seconds()),
      own_then_(used_by(RUSAGE_SELF) + used_by(RUSAGE_CHILDREN)),
      wall_then_(wall_seconds()) {}

double neighbour_watch::cores_used() const {
  const double wall = wall_seconds() - wall_then_;
  if (wall <= 0) return 0;
  const double own = used_by(RUSAGE_SELF) + used_by(RUSAGE_CHILDREN) - own_then_;
  // The machine counts in hundredths of a second: one count may be ours although it looks foreign.
  const double tick = 1.0 / static_cast<double>(sysconf(_SC_CLK_TCK));
  return std::max(0.0, (machine_busy_seconds() - busy_then_ - own - 2 * tick) / wall);
}

}  // namespace bench
