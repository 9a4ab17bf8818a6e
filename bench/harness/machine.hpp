#pragma once

#include <cstddef>
#include <string>

namespace bench {

/// Returns the processor, the number of cores and the kernel in one line.
std::string machine_name();

/// Returns the compiler that built this program.
std::string compiler_name();

/// Returns the commit of the source tree, marked if the tree differs from it; empty if unknown.
std::string commit_name();

/// Returns the bytes of this process that are in memory now.
std::size_t resident_bytes();

/// Returns the seconds of processor time that this process has used, all threads together.
double process_cpu_seconds();

/// Watches how much of a core other processes take.
class neighbour_watch {
 public:
  neighbour_watch();

  /// Returns the cores that others used since construction: 0.08 is 8 % of one.
  double cores_used() const;

 private:
  double busy_then_;
  double own_then_;
  double wall_then_;
};

}  // namespace bench
