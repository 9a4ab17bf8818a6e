#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "rt/core/ids.hpp"
#include "rt/core/resource_set.hpp"
#include "wire/fields.hpp"
#include "wire/limits.hpp"

namespace rt::wire {

/// Names a property of a node, or one that a node must have.
struct label {
  std::string name;
  std::string value;

  static void fields(auto& of, auto& take) {
    take(at_most<limits::name_bytes_max>(of.name), at_most<limits::name_bytes_max>(of.value));
  }
  friend bool operator==(const label&, const label&) = default;
};

// Where work should go: the strategies of `task_options::scheduling`.

struct hybrid_strategy {
  static void fields(auto&, auto&) {}
  friend bool operator==(const hybrid_strategy&, const hybrid_strategy&) = default;
};

struct spread_strategy {
  static void fields(auto&, auto&) {}
  friend bool operator==(const spread_strategy&, const spread_strategy&) = default;
};

/// On this node; elsewhere too if `soft` and it is gone or full.
struct node_strategy {
  node_id node;
  bool soft = false;

  static void fields(auto& of, auto& take) { take(of.node, of.soft); }
  friend bool operator==(const node_strategy&, const node_strategy&) = default;
};

/// Inside a bundle of a placement group, whose id is counted as objects' are.
struct group_strategy {
  object_id group;
  std::uint32_t bundle = 0;

  static void fields(auto& of, auto& take) { take(of.group, of.bundle); }
  friend bool operator==(const group_strategy&, const group_strategy&) = default;
};

/// On a node that has all of these.
struct label_strategy {
  std::vector<label> labels;

  static void fields(auto& of, auto& take) { take(at_most<limits::labels_max>(of.labels)); }
  friend bool operator==(const label_strategy&, const label_strategy&) = default;
};

/// By a policy of the user's own.
struct named_strategy {
  std::string policy;

  static void fields(auto& of, auto& take) { take(at_most<limits::name_bytes_max>(of.policy)); }
  friend bool operator==(const named_strategy&, const named_strategy&) = default;
};

/// Says what one slot must have: what tasks of one class ask for.
struct demand {
  /// CPUs, GPUs and memory too, by their names.
  resource_set resources;
  std::variant<hybrid_strategy, spread_strategy, node_strategy, group_strategy, label_strategy,
               named_strategy>
      strategy;
  /// Where most bytes of the arguments lie; nothing where there are none.
  node_id near;

  static void fields(auto& of, auto& take) {
    take(at_most<limits::resources_max>(of.resources), of.strategy, of.near);
  }
  friend bool operator==(const demand&, const demand&) = default;
};

}  // namespace rt::wire
