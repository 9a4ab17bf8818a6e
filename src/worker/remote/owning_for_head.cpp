#include "worker/remote/actor_classes.hpp"
#include "worker/remote/actor_spawner.hpp"
#include "worker/remote/spawned_actor.hpp"
#include "worker/runtime_engine.hpp"

#include <rt/detail/function_record.hpp>

#include <cstring>
#include <utility>
#include <variant>

// Detached actors: a head's own process owns them, and does what the head says.

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

namespace {

/// Of so many dead ones it is known what they died of.
constexpr std::size_t deaths_told_max = 1'000;
constexpr owning::owned_options for_head{.max_restarts = 0, .registered = false, .for_head = true};

/// Reads a constructor's arguments.   Shape: false where they are damaged.
bool read_arguments(const wire::actor_recipe& recipe, detail::payload& to) {
  auto bytes = std::make_shared<detail::byte_buffer>();
  bytes->append(recipe.arguments.data(), recipe.arguments.size());
  const result<read_content> content = read(std::move(bytes), recipe.arguments_sum);
  if (!content) return false;
  to.bytes.append(content->value.data(), content->value.size());
  for (const referred& each : content->carried) {
    const auto* const array = std::get_if<detail::cell_ptr>(&each);
    if (array == nullptr) return false;
    to.references.push_back(*array);
  }
  return true;
}

}  // namespace

actor_spawner::owned& actor_spawner::know_detached(const detached_actor& actor) {
  const auto [at, added] = owned_.try_emplace(actor.id);
  if (!added) return *at->second;
  at->second = std::make_unique<owned>();
  owned& made = *at->second;
  made.core = detail::actor_ptr::adopt(
      &engine_.know_actor(class_named(actor.recipe.of_class), actor.id, {}));
  actor_state& core = state_of(*made.core);
  core.name = actor.name;
  core.space = actor.space;
  core.name_job = actor.job;
  core.concurrency = actor.recipe.max_concurrency;
  core.demand = actor.recipe.keeps.resources;
  core.detached = true;
  made.constructor = detail::find_function(actor.recipe.constructor);
  const bool is_known = made.constructor != nullptr && core.type != &unknown_class();
  if (!is_known || !read_arguments(actor.recipe, made.arguments)) {
    // It waits for a head that can.
    made.constructor = nullptr;
    world_.log("the detached actor " + actor.name +
               " cannot be built: this head's binary has not " + actor.recipe.of_class);
  }
  return made;
}

void actor_spawner::expect(const detached_actor& actor) {
  know_detached(actor);
  owning_.expect(actor.id, for_head, actor.epoch);
}

void actor_spawner::adopt(const detached_actor& actor, std::uint64_t host,
                          const std::string& address) {
  know_detached(actor);
  objects_.processes().learn(host, address);
  const result<rpc::session_id> session = objects_.processes().session_with(host);
  owning::effects out;
  owning_.adopt(actor.id, for_head, actor.epoch, session ? number_of(*session) : no_session, out);
  if (!session) owning_.session_ended(no_session, world_.now(), out);
  act(out);
}

void actor_spawner::host_died(std::uint64_t incarnation) {
  // The session with it ends later, when it has been silent for long.
  const result<rpc::session_id> session = objects_.processes().session_with(incarnation);
  if (session) session_ended(number_of(*session));
}

void actor_spawner::build(const detached_actor& actor) {
  know_detached(actor);
  owning::effects out;
  owning_.rebuild(actor.id, for_head, actor.epoch, out);
  act(out);
}

void actor_spawner::dismiss(const actor_id& actor) {
  owning::effects out;
  owning_.dismiss(actor, out);
  act(out);
}

void actor_spawner::tell_head(const actor_id& actor, const owning::standing& how) {
  using kind = owning::standing::kind;
  detached_standing told{
      .id = actor, .epoch = how.epoch, .state = wire_state_of(how.what), .host = 0};
  if (how.what == kind::alive) {
    told.host = board_.incarnation_at(session_of(how.at));
  } else if (how.what == kind::dead) {
    if (deaths_told_.emplace(actor, told_death{death_code(actor), death_text(actor, how.why)})
            .second) {
      deaths_in_order_.push_back(actor);
    }
    if (deaths_in_order_.size() > deaths_told_max) {
      deaths_told_.erase(deaths_in_order_.front());
      deaths_in_order_.pop_front();
    }
  }
  head_hears_(told);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
