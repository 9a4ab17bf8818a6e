#include "sim/process_clock.hpp"

#include <utility>

#include "sim/random_stream.hpp"

namespace rt::sim {
namespace {

constexpr std::int64_t million = 1'000'000;

/// Returns `length * numerator / denominator`, rounded down, for products beyond 64 bits.
instant scaled(instant length, std::int64_t numerator, std::int64_t denominator) noexcept {
  return length / denominator * numerator + length % denominator * numerator / denominator;
}

}  // namespace

process_clock::process_clock(timeline& under, instant offset, std::int64_t drift_ppm) noexcept
    : under_(under), begin_(under.now()), shown_at_begin_(begin_ + offset), drift_ppm_(drift_ppm) {}

process_clock process_clock::from_seed(timeline& under, std::uint64_t seed,
                                       process_number process) {
  random_stream numbers(seed, 200 + process);
  const instant offset = numbers.between(0, 40LL * 24 * 3600 * 1'000'000'000);
  const std::int64_t widest[] = {0, 200, 200, drift_ppm_max};
  const std::int64_t most = widest[numbers.below(4)];
  const std::int64_t drift = numbers.between(-most, most);
  return {under, offset, drift};
}

instant process_clock::shown_at(instant actual) const noexcept {
  return shown_at_begin_ + scaled(actual - begin_, million + drift_ppm_, million);
}

instant process_clock::actual_of(instant shown) const noexcept {
  if (shown == never) return never;
  if (shown <= shown_at_begin_) return begin_;
  instant actual = begin_ + scaled(shown - shown_at_begin_, million, million + drift_ppm_);
  // What was rounded away.
  while (shown_at(actual) < shown) ++actual;
  while (shown_at(actual - 1) >= shown) --actual;
  return actual;
}

void process_clock::at(instant when, event what) { under_.at(actual_of(when), std::move(what)); }

}  // namespace rt::sim
