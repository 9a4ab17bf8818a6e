#include "worker/remote/named_actors.hpp"

#include "core/fault_site.hpp"
#include "worker/runtime_engine.hpp"

#include <rt/core/error.hpp>

#include <mutex>
#include <utility>
#include <variant>

// Who asks about names.

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

using detail::cell_ptr;
using wire::register_answer;

namespace {

/// The actor that has the name is about to end.   Units: nanoseconds.
constexpr instant ends_soon = 5'000'000;
/// Its owner cannot be reached: the head may not know yet that it is dead.
constexpr instant dies_soon = 100'000'000;
/// As long as an actor may be missed.
constexpr instant unreachable_for = 60'000'000'000;

}  // namespace

named_actors::named_actors(runtime_engine& engine, rpc::switchboard& board, name_tables& names,
                           object_keeper& objects, handle_source& handles)
    : engine_(engine),
      world_(engine.world()),
      board_(board),
      names_(names),
      objects_(objects),
      handles_(handles),
      lock_(engine.world()) {}

named_actors::~named_actors() = default;

void named_actors::ask(name_question& asked) noexcept {
  {
    const std::lock_guard guard(lock_);
    asked_.push_back(&asked);
  }
  news_.store(true, std::memory_order_release);
  engine_.want_turn();
}

void named_actors::attend(attendant::deferred& later) {
  news_.store(false, std::memory_order_seq_cst);
  take_asked();
  const instant now = world_.now();
  while (!again_.empty() && again_.begin()->first <= now) {
    name_question& next = *again_.extract(again_.begin()).mapped();
    if (next.wanting != nullptr) reserve(next);
    else find(next);
  }
  for (const auto& [actor, who] : std::exchange(early_, {})) {
    answer_handle(who.from, who.number, actor);
  }
  if (engine_.closing()) {
    give_up({.code = errc::task_cancelled,
             .outcome = outcome::not_started,
             .message = "the runtime ends"});
  }
  for (auto& each : later_) later.push_back(std::move(each));
  later_.clear();
}

void named_actors::take_asked() {
  std::vector<name_question*> asked;
  {
    const std::lock_guard guard(lock_);
    asked.swap(asked_);
  }
  for (name_question* each : asked) {
    each->asked_at = world_.now();
    if (each->wanting != nullptr) reserve(*each);
    else find(*each);
  }
}

void named_actors::give_up(const error_info& why) {
  line_.fail_all(why);
  for (const auto& [when, asked] : std::exchange(again_, {})) {
    answer(*asked, make_error(why.code, why.message, why.outcome));
  }
}

std::function<void(rpc::session_id, rpc::reply_handler)> named_actors::sending(wire::message asks) {
  return [this, asks = std::move(asks)](rpc::session_id head, rpc::reply_handler handler) {
    // Within its limits: names are looked at before they come here.
    static_cast<void>(board_.endpoint().ask(head, asks, std::move(handler)));
  };
}

void named_actors::find(name_question& asked) {
  line_.ask({.send = sending(
                 wire::find_request{.name = asked.name, .space = asked.space, .job = asked.job}),
             .take =
                 [this, &asked](rpc::session_id head, const wire::message& came) {
                   const auto* reply = std::get_if<wire::find_reply>(&came);
                   if (reply != nullptr && reply->found) return fetch(asked, head, *reply->found);
                   answer(asked,
                          make_error(errc::actor_not_found, "there is no actor named " + asked.name,
                                     outcome::not_started));
                 },
             .fail =
                 [this, &asked](const error_info& why) {
                   answer(asked, make_error(why.code, why.message, outcome::not_started));
                 }});
}

void named_actors::reserve(name_question& asked) {
  // Others may hear of it from the head before this process does: they wait.
  reserved_.try_emplace(asked.wanting->id);
  wire::register_request request;
  request.entry.actor = asked.wanting->id;
  request.entry.epoch = 1;
  request.entry.name = asked.name;
  request.entry.space = asked.space;
  request.entry.state = wire::actor_state::starting;
  request.entry.detached = asked.recipe.has_value();
  request.recipe = asked.recipe;
  request.get_if_exists = asked.get_if_exists;
  request.max_restarts = asked.wanting->max_restarts;
  request.job = asked.job;
  line_.ask(
      {.send = sending(request),
       .take =
           [this, &asked](rpc::session_id head, const wire::message& came) {
             if (const auto* reply = std::get_if<wire::register_reply>(&came)) {
               take_reservation(asked, head, *reply);
             }
           },
       .fail =
           [this, &asked](const error_info& why) {
             // It may have come there all the same.
             tell(asked.wanting->id,
                  {.what = owning::standing::kind::dead, .epoch = wire::epoch_number{1}, .at = {}});
             answer(asked, make_error(why.code, why.message, outcome::not_started));
           }});
}

void named_actors::take_reservation(name_question& asked, rpc::session_id head,
                                    const wire::register_reply& reply) {
  switch (reply.answer) {
    case register_answer::registered:
      if (asked.recipe) {
        const cell_ptr handle = handles_.detached(asked.wanting->id, *asked.wanting->type);
        asked.found = *detail::wrapped_handle(*handle);
      }
      return answer(asked, nullptr);
    case register_answer::exists:
      if (reply.existing) return fetch(asked, head, *reply.existing);
      break;
    case register_answer::full:
      return answer(
          asked, make_error(errc::cluster_unavailable, "the head keeps no more actors with names",
                            outcome::not_started));
    case register_answer::stale_epoch:
    case register_answer::stale_incarnation: break;
  }
  answer(asked, make_error(errc::cluster_unavailable, "this process does not belong to the cluster",
                           outcome::not_started));
}

void named_actors::fetch(name_question& asked, rpc::session_id head,
                         const wire::actor_entry& entry) {
  // Detached ones are the head's own.
  if (entry.detached) return fetch(asked, head, entry.actor, look::unanswered);
  const session_names::process* const owner = names_.of(head).find_process(entry.owner);
  if (owner == nullptr) return take_look(asked, look::unreachable, {});
  if (owner->incarnation == engine_.incarnation()) {
    cell_ptr handle = handles_.share(entry.actor);
    const look how = handle ? look::found : look::gone;
    return take_look(asked, how, std::move(handle));
  }
  objects_.processes().learn(owner->incarnation, owner->address);
  const result<rpc::session_id> session = objects_.processes().session_with(owner->incarnation);
  if (!session) return take_look(asked, look::unreachable, {});
  fetch(asked, *session, entry.actor, look::unreachable);
}

void named_actors::fetch(name_question& asked, rpc::session_id owner, const actor_id& actor,
                         look if_unanswered) {
  ++asking_;
  const auto sent = board_.endpoint().ask(
      owner, wire::handle_request{.actor = actor},
      [this, &asked, with = owner, if_unanswered](const result<rpc::arrival>& came) {
        --asking_;
        news_.store(true, std::memory_order_release);
        const auto* reply =
            came ? std::get_if<wire::handle_reply>(&came->envelope.message) : nullptr;
        if (reply == nullptr) return take_look(asked, if_unanswered, {});
        if (!reply->handle) return take_look(asked, look::gone, {});
        detail::payload got;
        object_keeper::handed by;
        if (!objects_.take(with, *reply->handle, got, by) || got.references.empty()) {
          return take_look(asked, look::unreachable, {});
        }
        take_look(asked, look::found, std::move(got.references.front()));
        objects_.finish(by);
      });
  if (!sent) {
    --asking_;
    take_look(asked, if_unanswered, {});
  }
}

void named_actors::take_look(name_question& asked, look how, cell_ptr handle) {
  const detail::actor_handle* actor = handle ? detail::wrapped_handle(*handle) : nullptr;
  if (actor != nullptr && killed_.contains(state_of(*actor->core()).id)) {
    // Whoever has killed it finds it no more, though the head has yet to write that down.
    actor = nullptr;
    how = look::gone;
  }
  const auto fail = [&](errc code, const std::string& text) {
    answer(asked, make_error(code, text, outcome::not_started));
  };
  if (how == look::unanswered) return ask_again(asked, ends_soon);
  if (asked.wanting == nullptr) {
    if (actor == nullptr) {
      return fail(errc::actor_not_found, "the actor named " + asked.name + " has ended");
    }
    asked.found = *actor;
    return answer(asked, nullptr);
  }
  if (actor != nullptr && asked.get_if_exists) {
    asked.found = *actor;
    return answer(asked, nullptr);
  }
  // Soon the name is free.
  if (how == look::gone) {
    RT_PROBE("named_actors.waits_for_an_end");
    return ask_again(asked, ends_soon);
  }
  if (how == look::unreachable) {
    if (world_.now() < asked.asked_at + unreachable_for) return ask_again(asked, dies_soon);
    if (asked.get_if_exists) {
      return fail(errc::actor_unavailable,
                  "the owner of the actor named " + asked.name + " cannot be reached");
    }
  }
  fail(errc::name_taken, "an actor named " + asked.name +
                             " lives already; get it by rt::get_actor or .get_if_exists");
}

void named_actors::ask_again(name_question& asked, instant after) {
  again_.emplace(world_.now() + after, &asked);
}

void named_actors::answer(name_question& asked, std::exception_ptr refused) {
  // Another has the name, or nobody: what was asked about its own claim is answered.
  const bool claims = asked.wanting != nullptr;
  if (claims && (refused != nullptr || asked.found.core() != nullptr)) {
    drop_claim(asked.wanting->id);
  }
  asked.refused = std::move(refused);
  later_.push_back([&engine = engine_, &asked] { engine.complete_question(asked); });
  news_.store(true, std::memory_order_release);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
