#include "worker/remote/object_content.hpp"
#include "worker/runtime_engine.hpp"

#include <rt/core/error.hpp>
#include <rt/detail/actor_core.hpp>
#include <rt/detail/archive.hpp>
#include <rt/detail/payload.hpp>

#include <algorithm>
#include <mutex>
#include <string>
#include <utility>

// Actors that outlive whoever spawned them: in a cluster the head has them built, from a recipe; in a
// process by itself they end with the runtime.

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

using detail::actor_core;
using detail::cell;

namespace {

/// Writes down how one is built.   Errors: of the user's; `serialization_error`.
wire::actor_recipe recipe_of(const actor_state& described, cell& construct) {
  detail::payload value;
  {
    detail::output_archive out(value.bytes, &value.references);
    construct.type->write_arguments(construct, out);
  }
  const written_content arguments(value);
  if (arguments.names_missing() != 0) {
    throw serialization_error(
        "the constructor of " + described.told() +
        " is called with references or handles, which end with their owner: a "
        "detached actor takes values, by rt::get, and finds others by name");
  }
  const auto bytes = arguments.buffer();
  if (bytes->size() > wire::limits::inline_bytes_max) {
    throw serialization_error("the arguments of the constructor of " + described.told() + " take " +
                              std::to_string(bytes->size()) +
                              " bytes, and those of a detached actor may take " +
                              std::to_string(wire::limits::inline_bytes_max));
  }
  const auto* const first = reinterpret_cast<const std::uint8_t*>(bytes->data());
  return {.of_class = described.type->identity(),
          .constructor = construct.type->function->identity(),
          .arguments = {first, first + bytes->size()},
          .arguments_sum = arguments.checksum(),
          .keeps = {.resources = described.demand, .strategy = {}, .near = {}},
          .max_concurrency = described.concurrency};
}

}  // namespace

actor_core* runtime_engine::spawn_detached(actor_state& described, cell& construct,
                                           const actor_options& options, foreign_actors& far) {
  described.id = {incarnation_, next_id()};
  described.max_restarts = options.max_restarts.value();
  if (described.holds != 0) described.demand = resources_.demand_of(described.holds);
  return take_name(described, options, far, recipe_of(described, construct));
}

void runtime_engine::keep_detached(actor_state& actor) {
  actor.detached = true;
  actor.handles.fetch_add(1, std::memory_order_relaxed);
  const std::lock_guard guard(actors_lock_);
  detached_.push_back(detail::actor_handle::adopt(&actor));
}

void runtime_engine::let_detached_go(const actor_state& dead) {
  // Goes after the lock, as the actor ends by it.
  detail::actor_handle last;
  const std::lock_guard guard(actors_lock_);
  const auto found = std::find_if(detached_.begin(), detached_.end(),
                                  [&](const auto& each) { return each.core() == &dead; });
  if (found == detached_.end()) return;
  last.swap(*found);
  detached_.erase(found);
}

void runtime_engine::let_all_detached_go() {
  std::vector<detail::actor_handle> all;
  const std::lock_guard guard(actors_lock_);
  all.swap(detached_);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
