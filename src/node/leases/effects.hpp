#pragma once

#include "core/variant.hpp"
#include "wire/attempt_numbers.hpp"

#include <rt/core/ids.hpp>

#include <cstdint>
#include <utility>
#include <variant>
#include <vector>

namespace rt::node::leases {
inline namespace RT_LANE_VARIANT {

using wire::attempt_name;
using wire::lease_number;
using wire::owner_index;
using wire::request_number;
using wire::session_number;
using wire::slot_number;
using wire::slot_place;

/// `lease_granted`. The edge opens the slots, sends the reply, and then has each slot run the tasks
/// that were carried for it, by seq from 1 on: no answer of theirs may overtake the reply.
struct granted {
  struct slot {
    slot_number number{};
    std::vector<attempt_name> tasks;
  };
  lease_number lease{};
  std::vector<slot> slots;
};

/// `lease_spillback`
struct spillback {
  node_id node;
};

/// `lease_infeasible`
struct infeasible {};

/// `lease_refused`
struct refused {
  enum class reason : std::uint8_t { draining, withdrawn } why = reason::draining;
};

using reply_kind = std::variant<granted, spillback, infeasible, refused>;

/// What is to be done in the world after a step; the edge does it, list by list in this order.
struct effects {
  /// The one answer to a request; those handed back are forgotten here.
  struct reply {
    session_number to{};
    request_number request{};
    reply_kind answer;
    std::vector<owner_index> handed_back;
  };
  /// A carried task was cancelled while its request waited: it is answered as that.
  struct cancelled {
    session_number to{};
    attempt_name task;
  };
  /// `recall_notice`
  struct recall {
    session_number to{};
    slot_place slot;
  };
  /// A request waits: is there a better node? `spill` or `no_node` answers, or nothing.
  struct question {
    session_number from{};
    request_number request{};
    /// It can never be granted here, so one of the two must answer.
    bool never_here = false;
  };

  std::vector<cancelled> cancellations;
  std::vector<reply> replies;
  std::vector<recall> recalls;
  std::vector<slot_place> closes;  ///< Of these the process is to give back what has not started.
  std::vector<question> questions;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::node::leases
