#pragma once

#include "core/variant.hpp"
#include "wire/actor_recipe.hpp"
#include "wire/call_numbers.hpp"
#include "wire/messages/actors.hpp"

#include <rt/core/ids.hpp>

#include <cstdint>
#include <string>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

/// A detached actor as a head says that it is to be.
struct detached_actor {
  actor_id id;
  wire::epoch_number epoch{};
  std::string name;
  std::string space;
  /// Whose the names are that its constructor looks for without a namespace.
  job_id job;
  wire::actor_recipe recipe;
};

/// How one is, as its head hears it.
struct detached_standing {
  actor_id id;
  wire::epoch_number epoch{};
  wire::actor_state state = wire::actor_state::alive;
  /// Where it lives, if it does.
  std::uint64_t host = 0;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
