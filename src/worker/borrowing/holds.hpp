#pragma once

#include "core/variant.hpp"

#include <cstdint>

namespace rt::worker::borrowing {
inline namespace RT_LANE_VARIANT {

/// Counts what in this process keeps an object, by kind.
struct holds {
  std::uint32_t local = 0;      ///< references: of the program, of queued tasks, of actors' state
  std::uint32_t contained = 0;  ///< objects of ours whose values hold a reference to it
  std::uint32_t handed = 0;     ///< handings that are not released yet
  std::uint32_t opened = 0;  ///< references read out of its value, not entered at their owners yet

  bool any() const noexcept { return local + contained + handed + opened != 0; }
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::borrowing
