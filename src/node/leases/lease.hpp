#pragma once

#include "node/leases/effects.hpp"
#include "node/leases/resource_pool.hpp"

#include <rt/core/environment.hpp>

#include <cstdint>
#include <vector>

namespace rt::node::leases {
inline namespace RT_LANE_VARIANT {

/// A task that came with a request.
struct carried_task {
  attempt_name name;
  /// Is taken only where nothing is in front of it.
  bool never_twice = false;
};

/// What an owner asks for.
struct lease_request {
  session_number from{};
  request_number number{};
  resource_set demand;  ///< of one slot
  std::uint32_t slots_wanted = 1;
  std::uint8_t hops = 0;  ///< how many nodes have named another before
  std::vector<carried_task> carried;
};

/// A request that has no answer yet.
struct waiting_request {
  session_number from{};
  request_number number{};
  claim each;  ///< what one slot takes; without meaning where it is never granted here
  bool never_here = false;
  std::uint32_t slots_wanted = 1;
  std::uint32_t passed_over = 0;  ///< times that one which came later was granted
  std::vector<carried_task> carried;
};

/// A slot that is granted.
struct leased_slot {
  enum class state : std::uint8_t {
    held,      ///< the owner may push to it
    recalled,  ///< the owner was asked to return it
    closing,   ///< what runs there still has to end
  };
  slot_number number{};
  state where = state::held;
  instant since = 0;  ///< when it was granted, or recalled
};

/// Slots that one answer granted.
struct lease {
  session_number owner{};
  claim each;
  std::vector<leased_slot> slots;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::node::leases
