#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/incarnation.hpp"
#include "core/variant.hpp"
#include "head/known_actor.hpp"
#include "head/numbers.hpp"
#include "head/records.hpp"
#include "wire/messages/actors.hpp"
#include "wire/messages/membership.hpp"

namespace rt::head {
inline namespace RT_LANE_VARIANT {

/// Names a process and says where it is reached.
struct located_process {
  incarnation process{};
  std::string address;
};

/// An actor, with where its processes are reached: the edge makes a `wire::actor_entry` of it.
struct located_actor {
  known_actor actor;
  located_process owner;
  located_process process;
};

struct registration {
  wire::register_answer answer = wire::register_answer::registered;
  std::optional<located_actor> existing;
};

struct finding {
  std::optional<located_actor> found;
};

/// What is to be done in the world after a step; the edge does it in the order of the members here.
/// Shape: letters to one process are sent in their order, behind answers.
struct effects {
  struct answer {
    ticket to{};
    std::variant<wire::join_reply, wire::job_reply, wire::view_reply, wire::confirm_reply,
                 registration, finding>
        what;
  };
  struct letter {
    incarnation to{};
    std::variant<wire::view_notice, wire::stale_notice, wire::drain_request, wire::kill_request>
        what;
  };

  /// To be appended to the log at once, in this order; `durable` tells when they are safe.
  std::vector<record> records;
  /// Stands for all records up to here; the log is to be replaced by it. `compacted` tells its end.
  std::optional<std::vector<record>> snapshot;
  std::vector<answer> answers;
  /// To a process without a session they are let pass: it will join again and be told. A view_notice
  /// may also be let pass where the session is full; the next shows the gap.
  std::vector<letter> letters;
  /// Processes that are dead from here on, for all; what the head's own node has of theirs ends.
  std::vector<incarnation> died;
  // What the head's own process, which owns them, is to do with detached actors.

  /// A head before this one has left these: whether they live is not known yet.
  std::vector<known_actor> expected;
  /// They live where they say, and are to hear who owns them now. `actor_told` says how that went.
  std::vector<located_actor> adoptions;
  /// To be built, in the epoch that they have here; each epoch is told once, also over restarts.
  /// `actor_told` says when it is there, or that it is to be built anew: one that was asked for on a node
  /// which has died may be there, so that is another epoch.
  std::vector<known_actor> rebuilds;
  /// They have ended.
  std::vector<actor_id> dismissals;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::head
