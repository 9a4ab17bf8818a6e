#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "core/planted_bug.hpp"
#include "core/variant.hpp"

namespace rt::rpc {
inline namespace RT_LANE_VARIANT {

/// The frames of one direction as they come: tells which is next, which was there before, and keeps
/// those that came before their turn.
/// Thread: a value; under the baton.
class arrivals {
 public:
  arrivals(std::size_t early_bytes_max, std::size_t early_frames_max) noexcept
      : early_bytes_max_(early_bytes_max), early_frames_max_(early_frames_max) {}

  enum class turn : std::uint8_t {
    next,   ///< to be acted upon now
    old,    ///< was acted upon before
    early,  ///< kept, or dropped where there is no room: it is sent again then
  };

  /// Looks at a frame with that number.
  turn look(std::uint64_t number, std::span<const std::byte> frame);
  /// The next frame was acted upon.
  void acted() noexcept { ++acted_upon_; }
  /// Takes out the next frame, if it came early.
  std::optional<std::vector<std::byte>> take_early();

  /// All frames up to this have been acted upon.
  std::uint64_t acted_upon() const noexcept {
    if (RT_SIMBUG("ack.before_acted") && !early_.empty()) return early_.rbegin()->first;
    return acted_upon_;
  }

 private:
  std::size_t early_bytes_max_;
  std::size_t early_frames_max_;
  std::uint64_t acted_upon_ = 0;
  std::map<std::uint64_t, std::vector<std::byte>> early_;
  std::size_t early_bytes_ = 0;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::rpc
