#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <vector>

namespace bench {

using steady = std::chrono::steady_clock;

/// Returns the seconds since `start`.
inline double seconds_since(steady::time_point start) {
  return std::chrono::duration<double>(steady::now() - start).count();
}

/// Tells a contender how long one round may take.
struct session {
  double seconds = 0.25;  ///< how long to measure, warm-up not counted
  bool quick = false;     ///< a smoke run: small sizes, figures without meaning
  int cores = 2;          ///< how many cores each contender may use

  /// Returns `full`, or a hundredth of it (at least one) in a smoke run.
  std::size_t scaled(std::size_t full) const {
    return quick ? std::max<std::size_t>(full / 100, 1) : full;
  }
};

/// Repeats `batch`, which does `count` operations, and returns the seconds of one operation.
///
/// The median over the batches: a neighbour that takes the core for a while spoils a few batches
/// and not the figure. Batches should last some 100 µs, so that what happens once in a while
/// (a slab refilled, a wake) is in each of them.
template <class Batch>
double seconds_each(const session& s, std::size_t count, Batch&& batch) {
  batch();  // warm: memory, branch predictors, threads
  std::vector<double> each;
  const auto start = steady::now();
  do {
    const auto begin = steady::now();
    batch();
    each.push_back(seconds_since(begin) / static_cast<double>(count));
  } while (seconds_since(start) < s.seconds && !s.quick);
  const auto middle = each.begin() + static_cast<std::ptrdiff_t>(each.size() / 2);
  std::nth_element(each.begin(), middle, each.end());
  return *middle;
}

/// Repeats `batch`, which does `count` operations, and returns operations a second.
template <class Batch>
double rate(const session& s, std::size_t count, Batch&& batch) {
  return 1.0 / seconds_each(s, count, std::forward<Batch>(batch));
}

/// Keeps the compiler from dropping the work that made `value`.
template <class T>
void keep(const T& value) {
  asm volatile("" : : "r,m"(value) : "memory");
}

}  // namespace bench
