#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "rt/core/ids.hpp"
#include "rt/core/resource_set.hpp"

namespace rt::sched {

/// A node as scheduling sees it.
struct node_view {
  node_id node;
  resource_set total;
  resource_set available;
  /// Slots that owners wait for there.
  std::uint32_t waiting = 0;
};

/// Has that node ever, or now, what is asked for?
bool could_have(const node_view& node, const resource_set& demand) noexcept;
bool has_now(const node_view& node, const resource_set& demand) noexcept;

/// Where a request should go that cannot be served where it was asked.
struct spilling {
  /// Serves it at once, as far as is known; the one with most left of what is asked for.
  std::optional<node_id> now;
  /// Could serve it some time; the one with the fewest that wait.
  std::optional<node_id> later;
};

/// Looks for a better node.   Shape: `others` without the asked one; equal ones by the lower id.
spilling choose(std::span<const node_view> others, const resource_set& demand);

}  // namespace rt::sched
