#include "worker/remote/actor_spawner.hpp"

#include "worker/remote/call_runner.hpp"
#include "worker/remote/spawned_actor.hpp"
#include "worker/runtime_engine.hpp"

#include <rt/core/error.hpp>
#include <rt/detail/archive.hpp>

#include <algorithm>
#include <mutex>
#include <utility>
#include <variant>

// How own actors begin: their constructors, and their places.

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

using detail::cell;

namespace {

/// After a node has refused.   Units: nanoseconds.
constexpr instant ask_again_after = 10'000'000;

/// What a node must have. One that keeps nothing is placed as a task of one CPU is.
resource_set demand_of(const actor_state& actor) {
  return actor.demand.empty() ? resource_set{{"CPU", 1}} : actor.demand;
}

}  // namespace

actor_spawner::actor_spawner(runtime_engine& engine, rpc::switchboard& board, name_tables& names,
                             object_keeper& objects, own_letters& own, job_id own_job)
    : engine_(engine),
      world_(engine.world()),
      board_(board),
      names_(names),
      objects_(objects),
      own_(own),
      job_(own_job),
      owning_(owning::owning_options{}),
      nodes_(board, engine.incarnation()),
      misfits_(world_, engine.settings().unschedulable_timeout),
      lock_(engine.world()) {}

actor_spawner::~actor_spawner() = default;

void actor_spawner::take_view(const std::vector<wire::node_entry>& nodes) {
  nodes_.take_view(nodes);
  news_.store(true, std::memory_order_release);
}

actor_spawner::owned* actor_spawner::find(const actor_id& actor) {
  const auto found = owned_.find(actor);
  return found != owned_.end() ? found->second.get() : nullptr;
}

void actor_spawner::begin(actor_state& actor, cell& construct, std::exception_ptr refused) {
  auto made = std::make_unique<owned>();
  owned& one = *made;
  one.core = detail::actor_ptr::share(&actor);
  one.construct = &construct;
  one.constructor = construct.type->function;
  const actor_id id = actor.id;
  owned_.emplace(id, std::move(made));
  owning::effects out;
  owning_.spawn(id, {.max_restarts = actor.max_restarts, .registered = !actor.name.empty()}, out);
  one.in_writing = true;
  one.unwritable = std::move(refused);
  act(out);
  later_.push_back([this, id, &one] {
    if (one.unwritable == nullptr) one.write();
    {
      const std::lock_guard guard(lock_);
      written_.push_back(id);
    }
    news_.store(true, std::memory_order_release);
  });
  news_.store(true, std::memory_order_release);
}

void actor_spawner::take_written() {
  std::vector<actor_id> written;
  {
    const std::lock_guard guard(lock_);
    written.swap(written_);
  }
  for (const actor_id& each : written) {
    owned* const one = find(each);
    if (one == nullptr) continue;
    one->in_writing = false;
    if (one->content != nullptr && !one->is_forgotten) {
      one->stored_bytes = one->content->bytes();
      one->stored_arguments = objects_.keep_arguments(*one->content, one->arguments);
      one->content = nullptr;
    }
    if (one->unwritable != nullptr && !one->is_forgotten) {
      one->why = "its constructor's arguments failed: " +
                 error_info::from(std::exchange(one->unwritable, nullptr)).message;
      owning::effects out;
      owning_.cannot_be_placed(each, one->epoch, out);
      act(out);
    }
    look_at(each);
  }
}

void actor_spawner::take_over(actor_state& actor) {
  auto made = std::make_unique<owned>();
  made->core = detail::actor_ptr::share(&actor);
  owned_.emplace(actor.id, std::move(made));
  owning::effects out;
  owning_.spawn(actor.id, {.registered = !actor.name.empty()}, out);
  act(out);
}

void actor_spawner::registered(const actor_id& actor, wire::epoch_number epoch,
                               owning::owned_actors::registration answer) {
  owning::effects out;
  owning_.registered(actor, epoch, answer, out);
  act(out);
  look_at(actor);
}

actor_state* actor_spawner::living(const actor_id& actor) {
  using state = owning::owned_actor::state;
  const auto known = owning_.actors().find(actor);
  if (known == owning_.actors().end() || known->second.is == state::dead) return nullptr;
  if (known->second.is == state::ending && !known->second.restart_after) return nullptr;
  return &state_of(*owned_.at(actor)->core);
}

void actor_spawner::attend(attendant::deferred& later) {
  news_.store(false, std::memory_order_seq_cst);
  take_written();
  find_places();
  if (engine_.closing()) {
    // The process ends, and waits for no answers.
    for (const auto& [actor, one] : owned_) complete_constructor(*one);
  }
  for (auto& each : later_) later.push_back(std::move(each));
  later_.clear();
}

void actor_spawner::find_places() {
  look_at_ = never;
  const instant now = world_.now();
  std::vector<actor_id> wanting;
  for (const auto& [actor, one] : owned_) {
    if (!one->wants_place || one->in_writing || one->asked != 0) continue;
    if (now < one->ask_again_at) look_at_ = std::min(look_at_, one->ask_again_at);
    else wanting.push_back(actor);
  }
  for (const actor_id& each : wanting) {
    owned* const one = find(each);
    const node_list::node* const at = one != nullptr ? choose(*one) : nullptr;
    if (at != nullptr) ask_for_place(each, *one, *at);
    else if (one != nullptr) wait_for_node(each, *one);
  }
}

const node_list::node* actor_spawner::choose(owned& of) {
  if (const node_id named = std::exchange(of.asked_next, node_id{})) {
    if (const auto* const found = nodes_.find(named)) return found;
  }
  const node_list::node* const found = nodes_.next(demand_of(state_of(*of.core)));
  if (found != nullptr) of.misfit_since = never;
  return found;
}

void actor_spawner::wait_for_node(const actor_id& actor, owned& of) {
  const actor_state& core = state_of(*of.core);
  const resource_set demand = demand_of(core);
  if (nodes_.known()) misfits_.tell(core.told(), demand);
  const instant now = world_.now();
  if (of.misfit_since == never) of.misfit_since = now;
  // One that was built before would be lost because its nodes are away.
  const bool was_built = core.detached && of.epoch != wire::epoch_number{1};
  const instant until = was_built ? never : misfits_.until(of.misfit_since);
  if (now < until) {
    look_at_ = std::min(look_at_, until);
    return;
  }
  of.wants_place = false;
  of.unschedulable = true;
  of.why = "no node could ever hold it: it " + nodes_.lacking(demand);
  owning::effects out;
  owning_.cannot_be_placed(actor, of.epoch, out);
  act(out);
  look_at(actor);
}

void actor_spawner::ask_for_place(const actor_id& actor, owned& of, const node_list::node& at) {
  const result<rpc::session_id> session = board_.reach(at.address, at.incarnation, job_);
  if (!session) {
    of.ask_again_at = world_.now() + ask_again_after;
    look_at_ = std::min(look_at_, of.ask_again_at);
    return;
  }
  // It is asked again in a later turn, or another is.
  if (board_.endpoint().full(*session)) return;
  objects_.processes().learn(at.incarnation, at.address);
  const actor_state& core = state_of(*of.core);
  if (core.demand.empty()) {
    of.wants_place = false;
    owning::effects out;
    owning_.placed(actor, of.epoch, number_of(*session), {}, out);
    return act(out);
  }
  wire::lease_request request;
  request.demand.resources = core.demand;
  request.for_life = true;
  of.asked = ++last_asked_;
  of.asked_at = *session;
  const auto number = board_.endpoint().ask(
      *session, request,
      [this, actor, asked = of.asked, host = *session](result<rpc::arrival> came) {
        take_place_reply(actor, asked, host,
                         came ? std::get_if<wire::lease_reply>(&came->envelope.message) : nullptr);
      });
  of.request = number ? *number : 0;
  if (!number) {
    of.asked = 0;
    of.wants_place = false;
    of.why = number.error().message;
    owning::effects out;
    owning_.cannot_be_placed(actor, of.epoch, out);
    act(out);
  }
}

void actor_spawner::take_place_reply(const actor_id& actor, std::uint64_t asked,
                                     rpc::session_id host, const wire::lease_reply* reply) {
  owned* const of = find(actor);
  const bool wanted = of != nullptr && of->asked == asked;
  if (wanted) of->asked = 0;
  const auto* granted =
      reply != nullptr ? std::get_if<wire::lease_granted>(&reply->answer) : nullptr;
  if (granted != nullptr && !granted->slots.empty()) {
    const wire::slot_place place{wire::lease_number{granted->lease},
                                 wire::slot_number{granted->slots.front().slot}};
    owning::effects out;
    if (wanted) of->wants_place = false;
    // One that nobody needs any more is given back.
    owning_.placed(actor, wanted ? of->epoch : wire::epoch_number{}, number_of(host), place, out);
    return act(out);
  }
  if (!wanted) return;
  of->ask_again_at = world_.now() + ask_again_after;
  if (reply != nullptr) {
    if (const auto* spill = std::get_if<wire::lease_spillback>(&reply->answer)) {
      of->asked_next = spill->node;
      of->ask_again_at = 0;
    }
  }
  news_.store(true, std::memory_order_release);
}

void actor_spawner::withdraw_place(const actor_id& actor) {
  owned* const of = find(actor);
  if (of == nullptr) return;
  of->wants_place = false;
  if (std::exchange(of->asked, 0) == 0) return;
  wire::lease_withdraw_notice notice;
  notice.request = of->request;
  static_cast<void>(board_.endpoint().tell(of->asked_at, notice));
}

void actor_spawner::handles_gone(const actor_id& actor) {
  owning::effects out;
  owning_.handles_gone(actor, out);
  act(out);
}

void actor_spawner::kill_here(const actor_id& actor) {
  owning::effects out;
  owning_.kill(own_session, wire::request_number{}, actor, wire::epoch_number{}, false, out);
  act(out);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
