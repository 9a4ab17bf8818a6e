#include "worker/remote/remote_actors.hpp"

#include "worker/runtime_engine.hpp"

#include <algorithm>
#include <mutex>
#include <utility>
#include <variant>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

using detail::actor_handle;

namespace {

object_id object_of(const actor_id& actor) { return {actor.incarnation, actor.counter}; }
actor_id actor_of(const object_id& object) { return {object.incarnation, object.counter}; }

}  // namespace

remote_actors::remote_actors(runtime_engine& engine, rpc::switchboard& board, name_tables& names,
                             object_keeper& objects, job_id own_job, place_host places)
    : engine_(engine),
      board_(board),
      names_(names),
      objects_(objects),
      sender_(engine, board, names, objects, own_, own_job),
      runner_(engine, board, names, objects, own_, std::move(places)),
      spawner_(engine, board, names, objects, own_, own_job),
      named_(engine, board, names, objects, *this),
      lock_(engine.world()) {
  sender_.connect(spawner_, runner_);
  runner_.connect(sender_, spawner_);
  spawner_.connect(sender_, runner_, named_);
  named_.connect(spawner_);
  objects.keep_handles_by(*this);
  board.route({wire::message_kind::create_request, wire::message_kind::whereabouts_request,
               wire::message_kind::actor_notice, wire::message_kind::kill_request,
               wire::message_kind::calls_notice, wire::message_kind::call_results_notice,
               wire::message_kind::handle_request},
              *this);
}

remote_actors::~remote_actors() = default;

bool remote_actors::has_news() const noexcept {
  return news_.load(std::memory_order_acquire) || sender_.has_news() || runner_.has_news() ||
         spawner_.has_news() || named_.has_news();
}

std::string remote_actors::left_over() const {
  std::string what;
  if (!sender_.empty()) what += " own calls of actors elsewhere,";
  if (!runner_.empty()) what += " actors that others call,";
  if (!spawner_.empty()) what += " own actors that others know,";
  if (!named_.empty()) what += " names that the head is asked about,";
  if (std::any_of(known_.begin(), known_.end(),
                  [](const auto& each) { return each.second.held_here; })) {
    what += " handles of actors,";
  }
  return what;
}

bool remote_actors::cancel_call(rpc::session_id caller, const wire::attempt_name& call) {
  const auto index = static_cast<std::uint32_t>(call.task);
  return (index & call_index_bit) != 0 &&
         runner_.cancel_call(number_of(caller), {from_wire(index), call.attempt});
}

void remote_actors::attend(attendant::deferred& later) {
  news_.store(false, std::memory_order_seq_cst);
  see_to_beginnings();
  see_to_handles();
  sender_.attend(later);
  // Behind the calls that were made before.
  see_to_kills();
  runner_.attend(later);
  spawner_.attend(later);
  named_.attend(later);
  own_.deliver();
  for (const actor_id& each : sender_.take_idle()) look_at(each);
  see_to_handles();
  see_to_fading();
  if (!own_.empty()) news_.store(true, std::memory_order_release);
}

void remote_actors::see_to_fading() {
  const std::set<actor_id> fading = std::exchange(fading_, {});
  for (const actor_id& each : fading) look_at(each);
}

void remote_actors::see_to_beginnings() {
  std::vector<detail::actor_ptr> begun;
  {
    const std::lock_guard guard(lock_);
    begun.swap(begun_);
  }
  for (const detail::actor_ptr& each : begun) know_own(state_of(*each));
}

void remote_actors::see_to_kills() {
  std::vector<detail::actor_ptr> killed;
  {
    const std::lock_guard guard(lock_);
    killed.swap(killed_);
  }
  for (const detail::actor_ptr& each : killed) {
    const actor_state& actor = state_of(*each);
    if (actor.detached) {
      named_.kill(actor.id);
      continue;
    }
    if (is_own(actor)) {
      spawner_.kill_here(actor.id);
      continue;
    }
    objects_.processes().learn(actor.id.incarnation, actor.owner_address);
    const result<rpc::session_id> owner = objects_.processes().session_with(actor.id.incarnation);
    if (!owner) continue;
    wire::kill_request request;
    request.actor = actor.id;
    static_cast<void>(board_.endpoint().ask(*owner, request, [](result<rpc::arrival>) {}));
  }
}

void remote_actors::last_handle_gone(actor_state& known) noexcept {
  {
    const std::lock_guard guard(lock_);
    gone_.push_back(detail::actor_ptr::share(&known));
  }
  news_.store(true, std::memory_order_release);
  engine_.want_turn();
}

void remote_actors::named_begins(actor_state& here) noexcept {
  {
    const std::lock_guard guard(lock_);
    begun_.push_back(detail::actor_ptr::share(&here));
  }
  news_.store(true, std::memory_order_release);
  engine_.want_turn();
}

void remote_actors::kill(actor_state& elsewhere) noexcept {
  {
    const std::lock_guard guard(lock_);
    killed_.push_back(detail::actor_ptr::share(&elsewhere));
  }
  news_.store(true, std::memory_order_release);
  engine_.want_turn();
}

// Messages.

void remote_actors::asked(rpc::session_id session, const rpc::arrival& request) {
  const wire::message& asks = request.envelope.message;
  const std::uint64_t number = request.envelope.number;
  if (const auto* create = std::get_if<wire::create_request>(&asks)) {
    runner_.create(session, number, *create);
  } else if (const auto* question = std::get_if<wire::whereabouts_request>(&asks)) {
    spawner_.asked(session, number, *question);
  } else if (const auto* wanted = std::get_if<wire::kill_request>(&asks)) {
    if (spawner_.owns(wanted->actor)) {
      spawner_.asked(session, number, *wanted);
    } else {
      const bool killed =
          runner_.kill({wanted->actor, wire::epoch_number{wanted->epoch}}, wanted->after_calls);
      static_cast<void>(
          board_.endpoint().answer(session, number, wire::kill_reply{.killed = killed}));
    }
  } else if (const auto* handle = std::get_if<wire::handle_request>(&asks)) {
    named_.asked(session, number, *handle);
  } else {
    board_.endpoint().close(session);
  }
  news_.store(true, std::memory_order_release);
}

void remote_actors::told(rpc::session_id session, const rpc::arrival& notice) {
  const wire::message& said = notice.envelope.message;
  if (const auto* calls = std::get_if<wire::calls_notice>(&said)) {
    runner_.take_calls(session, *calls);
  } else if (const auto* results = std::get_if<wire::call_results_notice>(&said)) {
    sender_.take_results(session, *results);
  } else if (const auto* standing = std::get_if<wire::actor_notice>(&said)) {
    if (spawner_.owns(standing->standing.actor)) {
      spawner_.told_end(session, *standing);
    } else {
      sender_.told(session, standing->standing, false);
    }
  }
  news_.store(true, std::memory_order_release);
}

void remote_actors::ended(rpc::session_id session, const rpc::peer&, rpc::session_end) {
  const wire::session_number which = number_of(session);
  runner_.session_ended(which);
  sender_.session_ended(which);
  spawner_.session_ended(which);
  news_.store(true, std::memory_order_release);
}

// Handles.

bool remote_actors::is_own(const actor_state& actor) const {
  return !actor.detached && actor.id.incarnation == engine_.incarnation();
}

remote_actors::known& remote_actors::know_own(actor_state& actor) {
  const actor_id id = engine_.id_of(actor);
  const auto [at, added] = known_.try_emplace(id);
  known& one = at->second;
  if (!added) return one;
  one.core = detail::actor_ptr::share(&actor);
  one.held_here = true;
  objects_.own_actor(object_of(id));
  if (!actor.elsewhere) {
    // Whoever hands it on has a handle, so none of this is seen too late.
    actor.known.store(true, std::memory_order_release);
    spawner_.take_over(actor);
  }
  news_.store(true, std::memory_order_release);
  return one;
}

remote_actors::known& remote_actors::know(const actor_id& actor, const named_object& named) {
  const auto [at, added] = known_.try_emplace(actor);
  if (!added) return at->second;
  at->second.core = detail::actor_ptr::adopt(
      &engine_.know_actor(*named.handle->of_class, actor, named.owner_address));
  state_of(*at->second.core).detached = named.handle->detached;
  return at->second;
}

named_object remote_actors::name_of(const actor_handle& handle) {
  actor_state& actor = state_of(*handle.core());
  if (actor.detached) {
    return {.object = object_of(actor.id),
            .owner_address = {},
            .handle = handle_kind{.of_class = actor.type, .keeps_alive = false, .detached = true}};
  }
  if (is_own(actor) || !actor.shared_id) know_own(actor);
  return {.object = object_of(actor.id),
          .owner_address = actor.elsewhere ? actor.owner_address
                                           : objects_.processes().address_of(actor.id.incarnation),
          .handle = handle_kind{.of_class = actor.type, .keeps_alive = handle.keeps_alive()}};
}

detail::cell_ptr remote_actors::take(const named_object& came) {
  known& one = know(actor_of(came.object), came);
  detail::actor_core& core = *one.core;
  if (came.lost != borrowing::loss::none) lost(came.object, came.lost);
  if (!came.handle->keeps_alive && !came.handle->detached) {
    const actor_handle own = actor_handle::own(core);
    return detail::wrap_handle(own);
  }
  one.held_here = came.counted();
  // All handles together hold one reference to its memory.
  if (core.handles.fetch_add(1, std::memory_order_acq_rel) == 0) detail::retain(core);
  const actor_handle made = actor_handle::adopt(&core);
  return detail::wrap_handle(made);
}

detail::cell_ptr remote_actors::share(const actor_id& actor) {
  actor_state* const living = spawner_.living(actor);
  if (living == nullptr) return {};
  if (living->detached) return detached(actor, *living->type);
  known& one = know_own(*living);
  if (!one.held_here) {
    // Others hold it still, or it is on its way to its end.
    if (!objects_.hold_actor(object_of(actor))) return {};
    one.held_here = true;
  }
  if (living->handles.fetch_add(1, std::memory_order_acq_rel) == 0) detail::retain(*living);
  const actor_handle made = actor_handle::adopt(living);
  return detail::wrap_handle(made);
}

detail::cell_ptr remote_actors::detached(const actor_id& actor, const detail::actor_type& type) {
  return take({.object = object_of(actor),
               .owner_address = {},
               .handle = handle_kind{.of_class = &type, .keeps_alive = false, .detached = true}});
}

std::vector<wire::hosted_actor> remote_actors::detached_here() const {
  std::vector<wire::hosted_actor> all;
  for (const hosting::hosted_name& each : runner_.detached()) {
    all.push_back({.actor = each.actor, .epoch = static_cast<std::uint64_t>(each.epoch)});
  }
  return all;
}

bool remote_actors::is_held_here(const object_id& actor) const {
  const auto found = known_.find(actor_of(actor));
  return found != known_.end() && found->second.held_here;
}

void remote_actors::see_to_handles() {
  std::vector<detail::actor_ptr> gone;
  {
    const std::lock_guard guard(lock_);
    gone.swap(gone_);
  }
  for (const detail::actor_ptr& each : gone) {
    actor_state& actor = state_of(*each);
    // An own one that lives elsewhere and whose only handle has never left is not known yet.
    if (is_own(actor)) know_own(actor);
    look_at(actor.id);
  }
}

void remote_actors::look_at(const actor_id& actor) {
  const auto found = known_.find(actor);
  if (found == known_.end()) return;
  actor_state& core = state_of(*found->second.core);
  if (core.handles.load(std::memory_order_acquire) != 0) return;
  if (core.elsewhere && sender_.has_pending(core)) return;
  if (std::exchange(found->second.held_here, false)) objects_.drop_actor(object_of(actor));
  // Handles that keep nothing alive may be left.
  const bool is_owned = !core.detached && spawner_.owns(actor);
  if (core.references.load(std::memory_order_acquire) != 1 || is_owned) {
    fading_.insert(actor);
    return;
  }
  sender_.forget(actor);
  known_.erase(actor);
}

void remote_actors::freed(const object_id& actor) { spawner_.handles_gone(actor_of(actor)); }

void remote_actors::lost(const object_id& actor, borrowing::loss why) {
  const actor_id id = actor_of(actor);
  sender_.lost(id, "the actor " + to_string(id) +
                       (why == borrowing::loss::owner_died
                            ? " has ended with the process that made it"
                            : " had ended before its owner heard of this process"));
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
