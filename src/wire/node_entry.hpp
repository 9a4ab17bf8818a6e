#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rt/core/ids.hpp"
#include "rt/core/resource_set.hpp"
#include "wire/demand.hpp"
#include "wire/fields.hpp"
#include "wire/limits.hpp"

namespace rt::wire {

enum class node_state : std::uint8_t { joining = 0, alive = 1, draining = 2, dead = 3 };
constexpr bool is_known(node_state value) noexcept { return value <= node_state::dead; }

/// Why a node drains, or is dead.
enum class node_reason : std::uint8_t {
  none = 0,
  /// Somebody asked for it.
  asked = 1,
  /// Nothing was heard of it for the death timeout.
  silent = 2,
  /// It said goodbye.
  left = 3,
  /// It came back as another incarnation.
  replaced = 4,
};
constexpr bool is_known(node_reason value) noexcept { return value <= node_reason::replaced; }

/// Describes a node as all others see it; or a driver, which is in the view so that its end is heard of.
struct node_entry {
  node_id node;
  /// The node's process; a node that joins anew has another, and another id.
  std::uint64_t incarnation = 0;
  node_state state = node_state::joining;
  node_reason reason = node_reason::none;
  /// Until which it drains, from when this was sent; 0 where it does not.   Units: nanoseconds.
  std::uint64_t drain_left_ns = 0;
  std::string name;
  std::string address;
  /// Equal for nodes that share memory: same boot, namespaces and user.
  std::uint64_t machine = 0;
  std::vector<label> labels;
  resource_set total;
  resource_set available;
  /// Slots that owners wait for there.
  std::uint32_t waiting = 0;
  /// A driver's; none for nodes. A driver is no place for work.
  job_id job;

  static void fields(auto& of, auto& take) {
    take(of.node, of.incarnation, of.state, of.reason, of.drain_left_ns,
         at_most<limits::name_bytes_max>(of.name), at_most<limits::address_bytes_max>(of.address),
         of.machine, at_most<limits::labels_max>(of.labels),
         at_most<limits::resources_max>(of.total), at_most<limits::resources_max>(of.available),
         of.waiting, of.job);
  }
  friend bool operator==(const node_entry&, const node_entry&) = default;
};

/// Brings a view of the cluster from one version to a later one.
/// Shape: from 0 it begins the whole view; who is not in it is dead. What is long comes in as many steps
/// as fit, each from where the one before ended: then `more` follows. Versions count changes within one
/// term of the head. A dead one is told once, and is in no later view.
struct view_change {
  std::uint64_t from = 0;
  std::uint64_t to = 0;
  bool more = false;
  std::vector<node_entry> nodes;
  /// A step of the whole view, which says nothing of deaths: only behind the steps before it does it mean
  /// anything.
  bool whole = false;

  static void fields(auto& of, auto& take) {
    take(of.from, of.to, of.more, at_most<limits::nodes_max>(of.nodes), of.whole);
  }
  friend bool operator==(const view_change&, const view_change&) = default;
};

}  // namespace rt::wire
