#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/timeline.hpp"

namespace rt::sim {

/// Events that are yet to come, in the order of their instants; those of one instant in an order that
/// the seed chooses, by when each was added and as which one then: an event more or less elsewhere does not
/// shift it.
class event_queue {
 public:
  explicit event_queue(std::uint64_t seed) noexcept;

  void add(instant when, timeline::event what);

  /// Returns when the next one is due; `never` where there is none.
  instant next() const noexcept { return heap_.empty() ? never : heap_.front().when; }

  /// Takes the next one out.   Shape: there is one.
  timeline::event take();

 private:
  struct entry {
    instant when;
    std::uint64_t draw;
    std::uint64_t sequence;  // where two draws are equal
    timeline::event what;
  };
  static bool later(const entry& a, const entry& b) noexcept;

  const std::uint64_t seed_;
  /// The instant of the event that was taken last, and how many were added since.
  instant now_ = 0;
  std::uint64_t added_now_ = 0;
  std::uint64_t added_ = 0;
  std::vector<entry> heap_;
};

}  // namespace rt::sim
