#pragma once

#include "core/variant.hpp"

#include <cstdint>
#include <map>

namespace rt::store::transfers {
inline namespace RT_LANE_VARIANT {

/// Says which bytes of an object are there.   Shape: ranges that neither meet nor overlap.
class byte_ranges {
 public:
  void add(std::uint64_t begin, std::uint64_t end);

  /// Returns where the bytes that are there from `begin` on end; `begin` if it is missing.
  std::uint64_t end_of(std::uint64_t begin) const;

  /// Returns where the next range after `at` begins; `end` if there is none before.
  std::uint64_t next_after(std::uint64_t at, std::uint64_t end) const;

  const std::map<std::uint64_t, std::uint64_t>& ranges() const noexcept { return ranges_; }

 private:
  std::map<std::uint64_t, std::uint64_t> ranges_;  // by their beginnings
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::store::transfers
