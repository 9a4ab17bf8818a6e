#include "worker/remote/actor_spawner.hpp"
#include "worker/remote/call_runner.hpp"
#include "worker/remote/call_sender.hpp"
#include "worker/remote/named_actors.hpp"
#include "worker/remote/spawned_actor.hpp"
#include "worker/runtime_engine.hpp"

#include <rt/core/error.hpp>

#include <utility>
#include <variant>

// What is said of own actors: to the nodes where they live, and to those who call them.

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

using owning::death_cause;
using owning::standing;

namespace {

death_cause cause_of(wire::actor_end why) {
  switch (why) {
    case wire::actor_end::finished: return death_cause::no_handles;
    case wire::actor_end::exited: return death_cause::exited;
    case wire::actor_end::process_died: return death_cause::process_died;
    case wire::actor_end::killed:
    case wire::actor_end::none: break;
  }
  return death_cause::killed;
}

death_cause cause_of(hosting::end_reason why) {
  switch (why) {
    case hosting::end_reason::finished: return death_cause::no_handles;
    case hosting::end_reason::exited: return death_cause::exited;
    case hosting::end_reason::process_died: return death_cause::process_died;
    case hosting::end_reason::constructor_threw: return death_cause::constructor_threw;
    case hosting::end_reason::killed:
    case hosting::end_reason::owner_died: break;
  }
  return death_cause::killed;
}

}  // namespace

void actor_spawner::act(owning::effects& what) {
  for (const owning::effects::registration& each : what.registrations) {
    named_->keep(state_of(*find(each.actor)->core), each.epoch);
  }
  for (const owning::effects::place_question& each : what.place_questions) {
    owned& of = *find(each.actor);
    of.epoch = each.epoch;
    // One that this head cannot build waits for the next.
    if (of.constructor == nullptr && state_of(*of.core).detached) continue;
    if (state_of(*of.core).elsewhere) {
      of.wants_place = true;
      of.ask_again_at = 0;
      news_.store(true, std::memory_order_release);
    } else {
      owning::effects here;
      owning_.placed(each.actor, each.epoch, own_session, {}, here);
      act(here);
    }
  }
  for (const auto& each : what.place_withdrawals) withdraw_place(each.actor);
  for (const owning::effects::create& each : what.creates) create(each);
  for (const owning::effects::kill& each : what.kills) kill(each);
  for (const owning::effects::give_back& each : what.given_back) {
    if (each.place == wire::slot_place{} || each.to == own_session) continue;
    wire::return_notice notice;
    notice.lease = static_cast<std::uint64_t>(each.place.lease);
    notice.slots.push_back(static_cast<std::uint32_t>(each.place.slot));
    static_cast<void>(board_.endpoint().tell(session_of(each.to), notice));
  }
  for (const owning::effects::reply& each : what.replies) {
    tell(each.to, each.actor, each.how, true, each.request);
  }
  for (const owning::effects::notice& each : what.notices) {
    tell(each.to, each.actor, each.how, false, {});
  }
  for (const owning::effects::kill_reply& each : what.kill_replies) {
    if (each.to == own_session) continue;
    static_cast<void>(board_.endpoint().answer(session_of(each.to),
                                               static_cast<std::uint64_t>(each.request),
                                               wire::kill_reply{.killed = each.killed}));
  }
  for (const owning::effects::head_notice& each : what.head_notices) {
    if (state_of(*find(each.actor)->core).detached) tell_head(each.actor, each.how);
    else named_->tell(each.actor, each.how);
  }
  for (const actor_id& each : what.forgotten) {
    if (owned* const of = find(each)) of->is_forgotten = true;
    look_at(each);
  }
  if (!later_.empty()) news_.store(true, std::memory_order_release);
}

void actor_spawner::create(const owning::effects::create& asked) {
  owned& of = *find(asked.actor);
  actor_state& core = state_of(*of.core);
  if (asked.to == own_session) return runner_->take_over({asked.actor, asked.epoch}, core);
  const rpc::session_id host = session_of(asked.to);
  wire::names_notice to_tell;
  wire::create_request request;
  request.lease = static_cast<std::uint64_t>(asked.place.lease);
  request.slot = static_cast<std::uint32_t>(asked.place.slot);
  request.actor = asked.actor;
  request.epoch = static_cast<std::uint64_t>(asked.epoch);
  request.max_concurrency = core.concurrency;
  request.holds_resources = asked.place != wire::slot_place{};
  request.detached = core.detached;
  request.takes_over = asked.takes_over;
  request.restarts = asked.restarts;
  request.constructor.task = {engine_.incarnation(), engine_.next_id()};
  // What its constructor looks for by name is its creator's job's.
  request.constructor.job = core.name_job;
  if (!asked.takes_over) {
    request.of_class = names_.of(host).number_of(*core.type, to_tell);
    request.constructor.function = names_.of(host).number_of(*of.constructor, to_tell);
    request.constructor.arguments = objects_.hand_on(of.arguments, host);
  }
  if (of.stored_arguments) {
    request.constructor.stored.push_back(
        {.reference = {.object = of.stored_arguments}, .place = {.bytes = of.stored_bytes}});
  }
  if (!to_tell.functions.empty()) static_cast<void>(board_.endpoint().tell(host, to_tell));
  // Where there is no answer the session has ended, which is heard of.
  static_cast<void>(board_.endpoint().ask(
      host, request,
      [this, host, actor = asked.actor, epoch = asked.epoch](result<rpc::arrival> came) {
        const auto* reply =
            came ? std::get_if<wire::create_reply>(&came->envelope.message) : nullptr;
        if (reply != nullptr) take_creation(host, actor, epoch, *reply);
      }));
}

void actor_spawner::take_creation(rpc::session_id host, const actor_id& actor,
                                  wire::epoch_number epoch, const wire::create_reply& reply) {
  using creation = owning::owned_actors::creation;
  creation answer = creation::built;
  if (const auto* failed = std::get_if<wire::failure>(&reply.built.outcome)) {
    answer = creation::threw;
    if (owned* const of = find(actor)) of->why = "its constructor threw: " + failed->text;
  } else if (std::holds_alternative<wire::handed_back>(reply.built.outcome)) {
    answer = creation::ended;
  }
  owning::effects out;
  owning_.created(number_of(host), actor, epoch, answer, world_.now(), out);
  act(out);
  look_at(actor);
}

void actor_spawner::created_here(const hosting::effects::created& told) {
  using kind = hosting::effects::created::kind;
  using creation = owning::owned_actors::creation;
  owning::effects out;
  owning_.created(own_session, told.which.actor, told.which.epoch,
                  told.what == kind::built   ? creation::built
                  : told.what == kind::threw ? creation::threw
                                             : creation::ended,
                  world_.now(), out);
  act(out);
  look_at(told.which.actor);
}

void actor_spawner::ended_here(const hosting::hosted_name& which, hosting::end_reason why) {
  owning::effects out;
  owning_.ended(own_session, which.actor, which.epoch, cause_of(why), world_.now(), out);
  act(out);
  look_at(which.actor);
}

void actor_spawner::told_end(rpc::session_id host, const wire::actor_notice& notice) {
  owning::effects out;
  owning_.ended(number_of(host), notice.standing.actor, wire::epoch_number{notice.standing.epoch},
                cause_of(notice.end), world_.now(), out);
  act(out);
  look_at(notice.standing.actor);
}

void actor_spawner::session_ended(wire::session_number which) {
  owning::effects out;
  owning_.session_ended(which, world_.now(), out);
  act(out);
  std::vector<actor_id> all;
  for (const auto& [actor, one] : owned_) all.push_back(actor);
  for (const actor_id& each : all) look_at(each);
}

void actor_spawner::kill(const owning::effects::kill& asked) {
  if (asked.to == own_session) {
    own_.post([this, asked] {
      static_cast<void>(runner_->kill({asked.actor, asked.epoch}, asked.after_calls));
    });
    return;
  }
  wire::kill_request request;
  request.actor = asked.actor;
  request.epoch = static_cast<std::uint64_t>(asked.epoch);
  request.after_calls = asked.after_calls;
  // Its end is told by itself.
  static_cast<void>(
      board_.endpoint().ask(session_of(asked.to), request, [](result<rpc::arrival>) {}));
}

void actor_spawner::asked_here(const actor_id& actor, wire::epoch_number not_epoch) {
  owning::effects out;
  owning_.whereabouts(own_session, wire::request_number{}, actor, not_epoch, out);
  act(out);
}

void actor_spawner::asked(rpc::session_id from, std::uint64_t number,
                          const wire::whereabouts_request& question) {
  owning::effects out;
  owning_.whereabouts(number_of(from), wire::request_number{number}, question.actor,
                      wire::epoch_number{question.not_epoch}, out);
  act(out);
}

void actor_spawner::asked(rpc::session_id from, std::uint64_t number,
                          const wire::kill_request& wanted) {
  owning::effects out;
  owning_.kill(number_of(from), wire::request_number{number}, wanted.actor,
               wire::epoch_number{wanted.epoch}, wanted.may_restart, out);
  act(out);
  look_at(wanted.actor);
}

void actor_spawner::tell(wire::session_number to, const actor_id& actor, const standing& how,
                         bool is_reply, wire::request_number request) {
  if (to == own_session) {
    calls::told_standing made{
        .what = calls::told_standing::kind::coming, .epoch = how.epoch, .at = how.at};
    if (how.what == standing::kind::alive) made.what = calls::told_standing::kind::alive;
    if (how.what == standing::kind::dead) made.what = calls::told_standing::kind::dead;
    own_.post([this, actor, made, is_reply,
               why = told_death{death_code(actor), death_text(actor, how.why)}] {
      sender_->told(own_session, actor, made, is_reply, why);
    });
    return;
  }
  const rpc::session_id session = session_of(to);
  const wire::actor_standing made = standing_for(actor, how, session);
  if (is_reply) {
    static_cast<void>(board_.endpoint().answer(session, static_cast<std::uint64_t>(request),
                                               wire::whereabouts_reply{made}));
  } else {
    static_cast<void>(board_.endpoint().tell(
        session, wire::actor_notice{.standing = made, .end = wire::actor_end::none}));
  }
}

wire::actor_state actor_spawner::wire_state_of(standing::kind what) {
  switch (what) {
    case standing::kind::starting: return wire::actor_state::starting;
    case standing::kind::restarting: return wire::actor_state::restarting;
    case standing::kind::alive: return wire::actor_state::alive;
    case standing::kind::dead: break;
  }
  return wire::actor_state::dead;
}

wire::actor_standing actor_spawner::standing_for(const actor_id& actor, const standing& how,
                                                 rpc::session_id to) {
  wire::actor_standing made;
  made.actor = actor;
  made.epoch = static_cast<std::uint64_t>(how.epoch);
  made.state = wire_state_of(how.what);
  if (how.what == standing::kind::alive && how.at != own_session) {
    wire::names_notice to_tell;
    const std::uint64_t incarnation = board_.incarnation_at(session_of(how.at));
    made.process = names_.of(to).number_of(
        {.incarnation = incarnation, .address = objects_.processes().address_of(incarnation)},
        to_tell);
    if (!to_tell.processes.empty()) static_cast<void>(board_.endpoint().tell(to, to_tell));
  }
  if (how.what == standing::kind::dead) {
    made.cause =
        wire::failure{.code = death_code(actor),
                      .outcome = rt::outcome::unknown,
                      .text = death_text(actor, how.why).substr(0, wire::limits::text_bytes_max),
                      .exception = {}};
  }
  return made;
}

errc actor_spawner::death_code(const actor_id& actor) {
  if (const auto told = deaths_told_.find(actor); told != deaths_told_.end()) {
    return told->second.code;
  }
  const owned* const of = find(actor);
  return of != nullptr && of->unschedulable ? errc::unschedulable : errc::actor_died;
}

std::string actor_spawner::death_text(const actor_id& actor, death_cause why) {
  if (const auto told = deaths_told_.find(actor); told != deaths_told_.end()) {
    return told->second.text;
  }
  const owned* const of = find(actor);
  if (of == nullptr) return "the actor " + to_string(actor) + " is gone";
  const std::string told = state_of(*of->core).told() + " is dead: ";
  if (!of->why.empty()) return told + of->why;
  switch (why) {
    case death_cause::exited: return told + "it left by rt::exit_actor";
    case death_cause::killed: return told + "it was killed";
    case death_cause::constructor_threw: return told + "its constructor threw";
    case death_cause::process_died:
    case death_cause::host_died: return told + "the node that it lived on is gone";
    case death_cause::cannot_be_placed: return told + "no node has a place for it";
    case death_cause::not_registered: return told + "the head does not know it any more";
    case death_cause::none:
    case death_cause::no_handles:
    case death_cause::name_taken: break;
  }
  return told + "its last handle is gone";
}

void actor_spawner::complete_constructor(owned& of) {
  if (of.construct == nullptr || of.in_writing) return;
  // Nobody waits for it; those who call the actor hear what has become of it.
  later_.push_back([&engine = engine_, construct = std::exchange(of.construct, nullptr)] {
    engine.complete_left(*construct, detail::payload{});
  });
  news_.store(true, std::memory_order_release);
}

void actor_spawner::look_at(const actor_id& actor) {
  const auto found = owned_.find(actor);
  if (found == owned_.end()) return;
  owned& of = *found->second;
  const auto known = owning_.actors().find(actor);
  const bool dead =
      known == owning_.actors().end() || known->second.is == owning::owned_actor::state::dead;
  if (dead || known->second.is == owning::owned_actor::state::alive) complete_constructor(of);
  if (dead) engine_.forget_actor(state_of(*of.core));
  const bool never_again = dead || (known->second.is == owning::owned_actor::state::alive &&
                                    known->second.options.max_restarts == 0);
  if (never_again && of.stored_arguments) {
    objects_.free_arguments(std::exchange(of.stored_arguments, {}));
  }
  if (!of.is_forgotten || of.in_writing) return;
  // What its constructor's arguments refer to may end with it, and that is the user's.
  later_.push_back(
      [kept = std::shared_ptr<owned>(std::move(found->second))]() mutable { kept = nullptr; });
  owned_.erase(found);
  news_.store(true, std::memory_order_release);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
