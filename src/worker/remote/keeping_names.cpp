#include "worker/remote/actor_spawner.hpp"
#include "worker/remote/named_actors.hpp"

#include <utility>
#include <variant>

// What the head is told of own actors that have names, and who gets handles of them.

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

using detail::cell_ptr;
using wire::register_answer;

void named_actors::drop_claim(const actor_id& actor) {
  auto dropped = reserved_.extract(actor);
  if (dropped.empty()) return;
  for (const early& each : dropped.mapped()) early_.emplace_back(actor, each);
  news_.store(true, std::memory_order_release);
}

void named_actors::keep(const actor_state& actor, wire::epoch_number epoch) {
  const actor_id id = actor.id;
  if (auto first = reserved_.extract(id); !first.empty()) {
    for (const early& each : first.mapped()) early_.emplace_back(id, each);
    news_.store(true, std::memory_order_release);
    return spawner_->registered(id, epoch, owning::owned_actors::registration::registered);
  }
  wire::register_request request;
  request.entry.actor = id;
  request.entry.epoch = static_cast<std::uint64_t>(epoch);
  request.entry.name = actor.name;
  request.entry.space = actor.space;
  request.entry.state = wire::actor_state::starting;
  request.max_restarts = actor.max_restarts;
  request.job = actor.name_job;
  line_.ask({.send = sending(request),
             .take = [this, id, epoch](rpc::session_id, const wire::message& came) {
               take_registration(id, epoch, came);
             }});
}

void named_actors::take_registration(const actor_id& actor, wire::epoch_number epoch,
                                     const wire::message& reply) {
  using registration = owning::owned_actors::registration;
  const auto* told = std::get_if<wire::register_reply>(&reply);
  const bool kept = told != nullptr && told->answer == register_answer::registered;
  spawner_->registered(actor, epoch, kept ? registration::registered : registration::refused);
}

void named_actors::tell(const actor_id& actor, const owning::standing& how) {
  using kind = owning::standing::kind;
  if (how.what != kind::alive && how.what != kind::dead) return;
  const bool alive = how.what == kind::alive;
  const bool here = how.at == own_session;
  session_names::process host;
  if (alive && !here) {
    host.incarnation = board_.incarnation_at(session_of(how.at));
    host.address = objects_.processes().address_of(host.incarnation);
  }
  wire::register_request request;
  request.entry.actor = actor;
  request.entry.epoch = static_cast<std::uint64_t>(how.epoch);
  request.entry.state = alive ? wire::actor_state::alive : wire::actor_state::dead;
  line_.ask(
      {.send =
           [this, request, host, alive, here](rpc::session_id head, rpc::reply_handler handler) {
             wire::register_request told = request;
             if (alive && !here) {
               wire::names_notice to_tell;
               told.entry.process = names_.of(head).number_of(host, to_tell);
               if (!to_tell.processes.empty()) {
                 static_cast<void>(board_.endpoint().tell(head, to_tell));
               }
             }
             static_cast<void>(board_.endpoint().ask(head, told, std::move(handler)));
           },
       .take = [](rpc::session_id, const wire::message&) {}});
}

void named_actors::kill(const actor_id& detached) {
  wire::kill_request request;
  request.actor = detached;
  killed_.insert(detached);
  line_.ask(
      {.send = sending(request), .take = [this, detached](rpc::session_id, const wire::message&) {
         killed_.erase(detached);
       }});
}

void named_actors::asked(rpc::session_id from, std::uint64_t number,
                         const wire::handle_request& wanted) {
  if (const auto found = reserved_.find(wanted.actor); found != reserved_.end()) {
    found->second.push_back({from, number});
    return;
  }
  answer_handle(from, number, wanted.actor);
}

void named_actors::answer_handle(rpc::session_id to, std::uint64_t number, const actor_id& actor) {
  wire::handle_reply reply;
  detail::payload handle;
  if (cell_ptr shared = handles_.share(actor)) {
    handle.references.push_back(std::move(shared));
    reply.handle = objects_.hand_on(handle, to);
  }
  static_cast<void>(board_.endpoint().answer(to, number, reply));
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
