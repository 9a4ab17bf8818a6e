#include "core/fault_site.hpp"
#include "core/planted_bug.hpp"
#include "worker/remote/actor_spawner.hpp"
#include "worker/remote/call_options.hpp"
#include "worker/remote/call_runner.hpp"
#include "worker/remote/call_sender.hpp"
#include "worker/runtime_engine.hpp"

#include <rt/core/error.hpp>

#include <utility>
#include <variant>

// From what was decided to what is said: calls and questions of a caller, and what is said to it.

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

namespace {

/// Calls in one message, and about how many bytes: well below a frame's limit.
constexpr std::uint32_t calls_max = 64;
constexpr std::size_t message_bytes_max = std::size_t{256} << 10;

}  // namespace

void call_sender::know(const actor_state& actor, calls::effects& out) {
  const std::uint64_t spawner = actor.id.incarnation;
  if (actor.detached) {
    return book_.know_detached(
        actor.id, head_ ? std::optional(number_of(head_)) : std::optional<wire::session_number>());
  }
  if (spawner == engine_.incarnation()) return book_.know(actor.id, own_session);
  objects_.processes().learn(spawner, actor.owner_address);
  const result<rpc::session_id> session = objects_.processes().session_with(spawner);
  book_.know(actor.id, session ? number_of(*session) : no_session);
  if (!session) book_.session_ended(no_session, world_.now(), out);
}

void call_sender::act(calls::effects& what) {
  for (const calls::effects::question& each : what.questions) ask(each);
  for (const calls::effects::cancel& each : what.cancels) cancel(each);
  for (const calls::effects::failed& each : what.failures) {
    leaving_call& gone = at(each.call);
    std::exception_ptr failure = std::exchange(gone.unwritable, nullptr);
    fail(each.call, failure != nullptr ? failure : failure_of(each));
  }
  for (const actor_id& each : what.changed) send_ready(each);
  if (!later_.empty()) news_.store(true, std::memory_order_release);
}

void call_sender::send_ready(const actor_id& actor) {
  const auto known = book_.actors().find(actor);
  if (known == book_.actors().end()) return;
  const calls::called_actor& of = known->second;
  while (const std::uint32_t count = count_for_message(of)) {
    if (full_.note(board_.endpoint(), session_of(of.at))) {
      RT_PROBE("call_sender.held_back");
      if (!RT_SIMBUG("call_sender.never_held_back")) return;
    }
    const auto batch = book_.next_batch(actor, count);
    if (!batch) return;
    send(*batch, actor);
  }
}

std::uint32_t call_sender::count_for_message(const calls::called_actor& of) const {
  std::uint32_t count = 0;
  std::size_t bytes = 0;
  for (wire::call_seq seq = of.calls.send_from(); seq < of.calls.next_seq(); seq = seq + 1) {
    if (count == calls_max || bytes >= message_bytes_max) break;
    const calls::held_call& next = of.calls.at(seq);
    if (next.where != calls::held_call::state::waiting) continue;
    if (!next.made.ready) break;
    bytes += at(next.made.name.task).arguments.bytes.size();
    ++count;
  }
  return count;
}

void call_sender::see_to_free_sessions() {
  for (const rpc::session_id each : full_.take_free(board_.endpoint())) {
    for (const auto& [actor, of] : book_.actors()) {
      if (of.at == number_of(each)) send_ready(actor);
    }
  }
}

void call_sender::ask(const calls::effects::question& question) {
  const actor_id actor = question.actor;
  if (question.to == own_session) {
    own_.post([this, actor, epoch = question.not_epoch] { spawner_->asked_here(actor, epoch); });
    return;
  }
  if (question.to == no_session) return;
  wire::whereabouts_request request;
  request.actor = actor;
  request.not_epoch = static_cast<std::uint64_t>(question.not_epoch);
  const rpc::session_id session = session_of(question.to);
  // Where there is no answer the session has ended, which is heard of.
  static_cast<void>(
      board_.endpoint().ask(session, request, [this, session](result<rpc::arrival> came) {
        const auto* reply =
            came ? std::get_if<wire::whereabouts_reply>(&came->envelope.message) : nullptr;
        if (reply != nullptr) told(session, reply->standing, true);
      }));
}

void call_sender::told(rpc::session_id owner, const wire::actor_standing& standing, bool is_reply) {
  using kind = calls::told_standing::kind;
  calls::told_standing how;
  how.epoch = wire::epoch_number{standing.epoch};
  switch (standing.state) {
    case wire::actor_state::starting:
    case wire::actor_state::restarting: how.what = kind::coming; break;
    case wire::actor_state::dead: how.what = kind::dead; break;
    case wire::actor_state::alive: how.what = kind::alive; break;
  }
  bool reached = true;
  if (how.what == kind::alive) {
    how.at = number_of(owner);
    if (const auto* host = names_.of(owner).find_process(standing.process)) {
      objects_.processes().learn(host->incarnation, host->address);
      const auto session = host->incarnation == engine_.incarnation()
                               ? result<rpc::session_id>(rpc::session_id{UINT64_MAX})
                               : objects_.processes().session_with(host->incarnation);
      reached = session.has_value();
      how.at = session ? number_of(*session) : wire::session_number{--unreachable_};
    }
  }
  told_death why;
  if (standing.cause) {
    // Nothing else is a death.
    const bool misfit = standing.cause->code == errc::unschedulable;
    why = {misfit ? errc::unschedulable : errc::actor_died, standing.cause->text};
  }
  told(number_of(owner), standing.actor, how, is_reply, why);
  // It is dead to this process: the book hears of that as of any other end.
  if (!reached) session_ended(how.at);
}

void call_sender::send(const calls::call_book::batch& calls, const actor_id& actor) {
  if (calls.to == own_session) {
    std::vector<own_call> made;
    for (const wire::attempt_name& each : calls.calls) {
      const leaving_call& call = at(each.task);
      if (call.call == nullptr) continue;
      made.push_back({.name = each,
                      .id = call.id,
                      .function = call.call->type->function,
                      .context = call.call->context.load(std::memory_order_acquire),
                      .owner = call.call,
                      .arguments = &call.arguments,
                      .stored_arguments = call.stored_arguments});
    }
    return runner_->take_own_calls({actor, calls.epoch}, calls.first, made);
  }
  const rpc::session_id session = session_of(calls.to);
  wire::calls_notice notice;
  notice.actor = actor;
  notice.epoch = static_cast<std::uint64_t>(calls.epoch);
  notice.first_seq = static_cast<std::uint64_t>(calls.first);
  for (const wire::attempt_name& each : calls.calls) {
    notice.calls.push_back(header_of(each, session));
  }
  // What is said to a session that has ended is heard of by `ended`.
  static_cast<void>(board_.endpoint().tell(session, notice));
}

wire::task_header call_sender::header_of(const wire::attempt_name& name, rpc::session_id session) {
  leaving_call& call = at(name.task);
  wire::names_notice to_tell;
  wire::task_header made;
  made.owner_index = to_wire(name.task);
  made.attempt = name.attempt;
  made.task = call.id;
  made.job = job_;
  made.never_twice = true;
  made.arguments = objects_.hand_on(call.arguments, session);
  if (call.stored_arguments) {
    made.stored.push_back(
        {.reference = {.object = call.stored_arguments}, .place = {.bytes = call.stored_bytes}});
  }
  if (call.call != nullptr) {
    made.function = names_.of(session).number_of(*call.call->type->function, to_tell);
    write_options(made, *call.call, world_.now());
  }
  if (!to_tell.functions.empty()) {
    static_cast<void>(board_.endpoint().tell(session, to_tell));
  }
  return made;
}

void call_sender::cancel(const calls::effects::cancel& asked) {
  if (asked.to == own_session) {
    runner_->cancel_call(own_session, asked.call);
    return;
  }
  wire::cancel_request request;
  request.tasks.push_back({.task = at(asked.call.task).id,
                           .owner_index = to_wire(asked.call.task),
                           .attempt = asked.call.attempt});
  // The call itself is answered; what the answer says beside is for people.
  static_cast<void>(
      board_.endpoint().ask(session_of(asked.to), request, [](result<rpc::arrival>) {}));
}

void call_sender::take_results(rpc::session_id from, const wire::call_results_notice& notice) {
  const wire::epoch_number epoch{notice.epoch};
  for (const wire::task_result& each : notice.results) {
    if (std::holds_alternative<wire::stored_result>(each.outcome)) {
      take_stored(from, notice.actor, epoch, each);
      continue;
    }
    call_outcome outcome{.call = {from_wire(each.owner_index), each.attempt}};
    if (std::holds_alternative<wire::handed_back>(each.outcome)) {
      outcome.what = call_outcome::kind::handed_back;
    } else {
      outcome.how = std::make_shared<pushed_outcome>();
      const auto take = [&](const wire::payload& came) {
        object_keeper::handed by;
        // What it refers to is here from now on.
        if (objects_.take(from, came, outcome.how->bytes, by)) objects_.finish(by);
      };
      const auto* failed = std::get_if<wire::failure>(&each.outcome);
      if (const auto* value = std::get_if<wire::inline_result>(&each.outcome)) {
        take(value->value);
      } else if (failed != nullptr) {
        outcome.how->failed = true;
        outcome.how->code = failed->code;
        outcome.how->text = failed->text;
        take(failed->exception);
        if (failed->outcome == rt::outcome::not_started && failed->exception.bytes.empty()) {
          outcome.what = call_outcome::kind::cancelled;
        }
      } else {
        outcome.how->failed = true;
        outcome.how->code = errc::serialization;
        outcome.how->text = "an unknown kind of result";
      }
    }
    take_outcome(number_of(from), notice.actor, epoch, outcome);
  }
  for (const wire::lost_call& each : notice.lost) {
    take_outcome(
        number_of(from), notice.actor, epoch,
        {.call = {from_wire(each.owner_index), each.attempt}, .what = call_outcome::kind::lost});
  }
}

std::exception_ptr call_sender::failure_of(const calls::effects::failed& why) const {
  const leaving_call& call = at(why.call);
  const std::string actor = "the actor " + to_string(why.actor);
  switch (why.why) {
    case calls::end_cause::cancelled:
      if (call.call != nullptr) return cancelled_error(*call.call, why.outcome);
      break;
    case calls::end_cause::owner_died:
      return make_error(errc::actor_died, actor + " has ended with the process that made it",
                        why.outcome);
    case calls::end_cause::actor_died: {
      const auto told = deaths_.find(why.actor);
      const told_death death = told != deaths_.end() ? told->second : told_death{};
      return make_error(death.code, death.text.empty() ? actor + " is dead" : death.text,
                        why.outcome);
    }
    case calls::end_cause::actor_unavailable: break;
  }
  return make_error(errc::actor_unavailable,
                    actor + " cannot be reached: its process is gone, or it is being built again",
                    why.outcome);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
