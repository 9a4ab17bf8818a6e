#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/incarnation.hpp"
#include "core/variant.hpp"
#include "rt/core/environment.hpp"
#include "rt/core/result.hpp"
#include "wire/messages/membership.hpp"

namespace rt::node::membership {
inline namespace RT_LANE_VARIANT {

/// What is to be done in the world after a step; the edge does it in the order of the members here.
struct effects {
  struct death {
    incarnation process{};
    wire::node_reason reason = wire::node_reason::silent;
  };
  struct drain_order {
    wire::node_reason reason = wire::node_reason::asked;
    /// When it ends all the same.
    instant until = 0;
  };

  /// To the head, in this order, on the session that there is. Answers come back by the steps named
  /// alike; when the session ends there is none, and `disconnected` says so for all.
  std::vector<std::variant<wire::join_request, wire::job_request, wire::health_notice,
                           wire::view_request, wire::confirm_request>>
      letters;
  /// Processes that are dead, each told once: what they owned, borrowed and asked for ends.
  std::vector<death> died;
  /// Take no new work, and end or move what there is.
  std::optional<drain_order> drain;
  /// This incarnation counts no more: end all that it runs, and begin anew as another. Told once.
  bool begin_anew = false;
  /// Its job has ended, or was never to begin: a driver stops. Told once.
  bool job_over = false;
  /// The session is with a head that is no longer one: end it, and look for another.
  bool leave_head = false;
  /// From here on what needs the head fails with this, until `head_back`. Each is told once.
  std::optional<error_info> without_head;
  bool head_back = false;
  /// A node that never belonged to a cluster ends: it finds none.
  bool give_up = false;
  /// The head will not have it now, in words; it asks again after a while, and the edge may give up.
  std::optional<std::string> refused;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::node::membership
