#pragma once

#include <cstddef>
#include <cstdint>

namespace rt::sim {

/// Gives the random numbers of a simulation: the same from a seed with every compiler and library,
/// which the standard distributions do not promise.
/// Thread: belongs to one.   Source: SplitMix64, by Steele, Lea and Flood (2014).
class random_stream {
 public:
  /// Streams of one seed with different `purpose` are unrelated, so that asking one more often does
  /// not shift the others.
  explicit random_stream(std::uint64_t seed, std::uint64_t purpose = 0) noexcept
      : state_(mixed(seed + golden) ^ mixed(purpose * golden + 1)) {}

  std::uint64_t next() noexcept { return mixed(state_ += golden); }

  /// Returns a number below `bound`, which is not 0.
  std::uint64_t below(std::uint64_t bound) noexcept {
    // What lies above the last whole multiple is drawn again, else small numbers came more often.
    const std::uint64_t surplus = (0 - bound) % bound;
    std::uint64_t drawn = next();
    while (drawn < surplus) drawn = next();
    return drawn % bound;
  }

  /// Returns a number from `lowest` to `highest`, both included.
  std::int64_t between(std::int64_t lowest, std::int64_t highest) noexcept {
    const auto span = static_cast<std::uint64_t>(highest) - static_cast<std::uint64_t>(lowest) + 1;
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(lowest) +
                                     (span == 0 ? next() : below(span)));
  }

  /// Returns true once in `times` on average.
  bool one_in(std::uint64_t times) noexcept { return below(times) == 0; }

  static std::uint64_t mixed(std::uint64_t word) noexcept {
    word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9U;
    word = (word ^ (word >> 27)) * 0x94d049bb133111ebU;
    return word ^ (word >> 31);
  }

 private:
  static constexpr std::uint64_t golden = 0x9e3779b97f4a7c15U;
  std::uint64_t state_;
};

}  // namespace rt::sim
