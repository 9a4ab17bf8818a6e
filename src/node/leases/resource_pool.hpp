#pragma once

#include "core/variant.hpp"

#include <rt/core/amount.hpp>
#include <rt/core/resource_set.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rt::node::leases {
inline namespace RT_LANE_VARIANT {

/// What one slot takes of a pool, by the pool's own numbers of its resources.
/// Shape: without what is zero.
struct claim {
  std::vector<std::pair<std::size_t, amount>> amounts;

  friend bool operator==(const claim&, const claim&) = default;
};

/// The amounts that a node has, and those that are left.
/// Invariant: 0 <= available <= total, for each resource.
/// Thread: belongs to the loop.
class resource_pool {
 public:
  explicit resource_pool(const resource_set& total);

  /// Looks the names up, once for all slots of a class.   Shape: nothing where the pool has too
  /// little even with everything free.
  std::optional<claim> claim_of(const resource_set& demand) const;

  bool fits(const claim& wanted) const noexcept;
  /// Takes it, if it fits.
  bool take(const claim& wanted) noexcept;
  void give(const claim& taken) noexcept;

  bool all_free() const noexcept;
  resource_set available() const;

 private:
  struct column {
    std::string name;
    amount total;
    amount available;
  };

  std::vector<column> columns_;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::node::leases
