#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/incarnation.hpp"
#include "core/variant.hpp"
#include "rt/core/ids.hpp"
#include "wire/actor_recipe.hpp"
#include "wire/fields.hpp"
#include "wire/limits.hpp"
#include "wire/messages/actors.hpp"

namespace rt::head {
inline namespace RT_LANE_VARIANT {

/// What the head keeps of an actor that is named or detached. The edge makes one of a
/// `wire::actor_entry`, where processes are numbers of the session that it came on, and back.
struct known_actor {
  actor_id actor;
  /// From 1; each life of the actor has the next.
  std::uint64_t epoch = 1;
  std::string name;
  /// Where the name is looked up: a namespace; that of `job` where empty.
  std::string space;
  job_id job;
  bool detached = false;
  std::vector<wire::class_name> classes;
  /// Who spawned it; none of a detached one, which is the head's.
  incarnation owner{};
  /// Where it runs; none unless it is alive.
  incarnation process{};
  wire::actor_state state = wire::actor_state::starting;
  /// How often it may be built again; any number of times where negative.
  std::int64_t max_restarts = 0;
  /// How often the head has had to build it again. A head that comes back and does not know whether an
  /// epoch was built begins another, which does not count.
  std::int64_t restarts = 0;
  /// Of a detached one.
  std::optional<wire::actor_recipe> recipe;

  static void fields(auto& of, auto& take) {
    using namespace wire;
    take(of.actor, of.epoch, at_most<limits::name_bytes_max>(of.name),
         at_most<limits::name_bytes_max>(of.space), of.job, of.detached,
         at_most<limits::bases_max>(of.classes), of.owner, of.process, of.state, of.max_restarts,
         of.restarts, of.recipe);
  }
  friend bool operator==(const known_actor&, const known_actor&) = default;

  /// Returns what is told of it on a session on which its processes have these numbers.
  wire::actor_entry entry(wire::process_number of_owner, wire::process_number of_process) const {
    return {.actor = actor,
            .epoch = epoch,
            .name = name,
            .space = space,
            .detached = detached,
            .classes = classes,
            .owner = of_owner,
            .process = of_process,
            .state = state};
  }
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::head
