#pragma once

#include "worker/remote/pushed_task.hpp"

#include "wire/attempt_numbers.hpp"
#include "wire/call_numbers.hpp"

#include <rt/core/ids.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

/// What came of a call, on its way from its actor's process to its caller.
struct call_outcome {
  enum class kind : std::uint8_t {
    ended,        ///< `how` says with what
    handed_back,  ///< it never began
    lost,         ///< it had begun when its actor ended
    cancelled,    ///< before it began
  };
  wire::attempt_name call;
  /// Its caller knows the result by it.
  task_id id = {};
  kind what = kind::ended;
  /// Owner: shared with the message that is being written.
  std::shared_ptr<pushed_outcome> how = {};
};

/// Calls have owner indices of their own on the wire, apart from those of tasks in the same session.
inline constexpr std::uint32_t call_index_bit = std::uint32_t{1} << 31;

/// Names a call on the wire, or the other way round.
inline std::uint32_t to_wire(wire::owner_index call) noexcept {
  return static_cast<std::uint32_t>(call) | call_index_bit;
}
inline wire::owner_index from_wire(std::uint32_t index) noexcept {
  return wire::owner_index{index & ~call_index_bit};
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
