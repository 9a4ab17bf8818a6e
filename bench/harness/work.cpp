#include "harness/work.hpp"

#include <algorithm>

#include "harness/session.hpp"

namespace bench {
namespace {

double iterations_a_microsecond() {
  constexpr std::uint64_t probe = 200'000;
  double best = 1e9;
  for (int i = 0; i < 25; ++i) {  // the fastest: interruptions only ever slow it down
    const auto begin = steady::now();
    keep(spin(probe));
    best = std::min(best, seconds_since(begin));
  }
  return static_cast<double>(probe) / (best * 1e6);
}

}  // namespace

std::uint64_t iterations_for(double microseconds) {
  static const double rate = iterations_a_microsecond();
  return std::max<std::uint64_t>(1, static_cast<std::uint64_t>(rate * microseconds));
}

}  // namespace bench
