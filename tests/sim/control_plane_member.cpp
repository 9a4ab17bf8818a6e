#include "sim/control_plane_member.hpp"

#include <iterator>
#include <utility>
#include <variant>

namespace control_plane_test {

using namespace rt;
using node::membership::effects;
using support::check;
using wire::actor_state;

namespace {

wire::node_entry entry_of(incarnation self, std::uint32_t number, bool driver) {
  wire::node_entry made;
  made.incarnation = static_cast<std::uint64_t>(self);
  made.node = {made.incarnation, 1};
  made.name = "member " + std::to_string(number);
  made.address = place_of(number);
  if (driver) made.job = {made.incarnation, 1};
  return made;
}

}  // namespace

member_process::member_process(const ground& on, std::uint32_t number, incarnation self,
                               const description& as, std::function<void(bool anew)> over)
    : process(on, number, self),
      as_(as),
      over_(std::move(over)),
      numbers_(on.seed, 5000 + static_cast<std::uint64_t>(self)),
      endpoint_(*transport_, world_,
                {.cluster = 0,
                 .incarnation = static_cast<std::uint64_t>(self),
                 .role = as.driver ? wire::process_role::driver : wire::process_role::node,
                 .build = 1},
                *this, session_times()),
      place_(entry_of(self, number, as.driver), now()),
      last_turn_(now()) {
  if (as.driver) job_ = {static_cast<std::uint64_t>(self), 1};
  check(static_cast<bool>(endpoint_.listen(*address::parse(place_of(number)))),
        "a member could not listen");
  on.facts.lives(self);
  wake();
}

void member_process::die() {
  on_.facts.ends(self_);
  process::die();
}

void member_process::leave() {
  leaving_ = true;
  place_.leave();
  if (as_.driver && open_) static_cast<void>(endpoint_.tell(session_, wire::job_end_notice{}));
  if (session_) endpoint_.close(session_);
  on_.facts.ends(self_);
  wake();
}

void member_process::turn() {
  if (now() - last_turn_ >= death_timeout && place_.how() != node::membership::standing::outside) {
    slept_ = true;
  }
  last_turn_ = now();
  effects out;
  if (!leaving_) {
    place_.tick(now(), out);
    perform(out);
    if (dead_) return;
    if (!session_ && now() >= call_at_) call_a_head();
  }
  const bool more = endpoint_.poll(16);
  if (dead_) return;
  if (std::exchange(leave_session_, false) && session_) endpoint_.close(session_);
  create_what_was_asked();
  send_unsent();
  static_cast<void>(endpoint_.poll(0));
  if (dead_) return;
  if (more) wake();
  wake_at(std::max(std::min({endpoint_.due(), leaving_ ? never : place_.due(),
                             session_ || leaving_ ? never : call_at_}),
                   now() + 1));
}

void member_process::call_a_head() {
  const std::uint32_t head = as_.heads[next_head_++ % as_.heads.size()];
  const auto made = endpoint_.open(*address::parse(place_of(head)), 0, job_);
  check(static_cast<bool>(made), "a session could not be begun");
  session_ = *made;
  open_ = false;
}

void member_process::perform(effects& out) {
  for (auto& each : out.letters) {
    if (!open_) continue;
    result<void> sent;
    const rpc::session_id on = session_;
    const auto answer = [this](auto take) {
      return [this, take](const result<rpc::arrival>& came) {
        if (!came) return;
        effects made;
        take(*came, made);
        perform(made);
      };
    };
    if (const auto* join = std::get_if<wire::join_request>(&each)) {
      sent = taken(endpoint_.ask(on, *join, answer([this](const rpc::arrival& came, effects& made) {
                                   const auto& reply =
                                       std::get<wire::join_reply>(came.envelope.message);
                                   place_.joined(came.header.term, reply, now(), made);
                                 })));
    } else if (const auto* job = std::get_if<wire::job_request>(&each)) {
      sent = taken(endpoint_.ask(on, *job, answer([this](const rpc::arrival& came, effects& made) {
                                   const auto& reply =
                                       std::get<wire::job_reply>(came.envelope.message);
                                   place_.job_begun(came.header.term, reply, now(), made);
                                 })));
    } else if (const auto* view = std::get_if<wire::view_request>(&each)) {
      sent =
          taken(endpoint_.ask(on, *view, answer([this](const rpc::arrival& came, effects& made) {
                                const auto& reply =
                                    std::get<wire::view_reply>(came.envelope.message);
                                place_.view_told(came.header.term, reply.view, true, now(), made);
                              })));
    } else if (const auto* confirm = std::get_if<wire::confirm_request>(&each)) {
      sent =
          taken(endpoint_.ask(on, *confirm, answer([this](const rpc::arrival& came, effects& made) {
                                const auto& reply =
                                    std::get<wire::confirm_reply>(came.envelope.message);
                                place_.confirmed(came.header.term, reply, now(), made);
                                if (place_.may_speak()) slept_ = false;
                              })));
    } else {
      sent = endpoint_.tell(on, std::get<wire::health_notice>(each));
    }
    check(static_cast<bool>(sent), "a member's letter could not be sent");
  }
  for (const effects::death& each : out.died) {
    check(told_dead_.insert(each.process).second, "a death was told twice");
    check(!on_.facts.only_heads_harmed || !on_.facts.is_alive(each.process),
          "a member took a living one for dead");
  }
  check(place_.term() >= highest_term_, "a term fell");
  highest_term_ = place_.term();
  if (out.leave_head) leave_session_ = true;
  if (out.begin_anew || out.job_over) over_(out.begin_anew);
}

bool member_process::may_speak() const { return open_ && place_.may_speak() && !leaving_; }

void member_process::opened(rpc::session_id, const rpc::peer&) {
  open_ = true;
  effects out;
  place_.connected(hosted(), now(), out);
  perform(out);
  // What was told on the session before may be lost with it.
  for (const auto& [actor, one] : spawned_) speak_of(actor);
}

void member_process::ended(rpc::session_id session, rpc::session_end, const std::string&) {
  if (session != session_) return;
  session_ = {};
  open_ = false;
  creations_.clear();
  call_at_ = now() + 20 * ms + static_cast<instant>(world_.random() % 20) * ms;
  place_.disconnected(now());
  wake();
}

void member_process::asked(rpc::session_id session, const rpc::arrival& request) {
  const wire::message& said = request.envelope.message;
  effects out;
  if (const auto* drain = std::get_if<wire::drain_request>(&said)) {
    place_.drain(request.header.term, *drain, now(), out);
    static_cast<void>(endpoint_.answer(session, request.envelope.number, wire::drain_reply{}));
    if (out.drain) {
      at(out.drain->until, [this] {
        if (!leaving_) over_(false);
      });
    }
  } else if (const auto* kill = std::get_if<wire::kill_request>(&said)) {
    const auto found = hosted_.find(kill->actor);
    const bool is = found != hosted_.end() && found->second == kill->epoch;
    if (is) hosted_.erase(found);
    static_cast<void>(
        endpoint_.answer(session, request.envelope.number, wire::kill_reply{.killed = is}));
  } else {
    // An older head's is not answered: the session with it is about to end.
    if (request.header.term < place_.term()) return;
    creations_.emplace_back(request.envelope.number, std::get<wire::create_request>(said));
    wake();
  }
  perform(out);
}

void member_process::told(rpc::session_id, const rpc::arrival& notice) {
  effects out;
  if (const auto* view = std::get_if<wire::view_notice>(&notice.envelope.message)) {
    place_.view_told(notice.header.term, view->view, false, now(), out);
  } else {
    const auto& stale = std::get<wire::stale_notice>(notice.envelope.message);
    place_.stale(notice.header.term, stale, now(), out);
  }
  perform(out);
}

void member_process::create_what_was_asked() {
  if (!may_speak()) return;
  for (const auto& [number, asks] : std::exchange(creations_, {})) {
    wire::create_reply reply;
    reply.actor = asks.actor;
    reply.epoch = asks.epoch;
    if (!asks.takes_over) host(asks.actor, asks.epoch);
    else if (!hosts(asks.actor, asks.epoch)) reply.built.outcome = wire::handed_back{};
    static_cast<void>(endpoint_.answer(session_, number, reply));
  }
}

void member_process::host(const actor_id& actor, std::uint64_t epoch) {
  std::uint64_t& there = hosted_[actor];
  if (epoch <= there) return;
  there = epoch;
  on_.facts.built(actor, epoch);
}

bool member_process::hosts(const actor_id& actor, std::uint64_t epoch) const {
  const auto found = hosted_.find(actor);
  return found != hosted_.end() && found->second == epoch;
}

std::vector<wire::hosted_actor> member_process::hosted() const {
  std::vector<wire::hosted_actor> all;
  for (const auto& [actor, epoch] : hosted_) all.push_back({.actor = actor, .epoch = epoch});
  return all;
}

void member_process::act() {
  if (rests() || leaving_ || place_.how() != node::membership::standing::inside) return;
  const std::uint64_t what = numbers_.below(10);
  if (what == 9) {
    wire::health_notice health;
    health.available.insert({"cpu", amount::of_ten_thousandths(numbers_.between(0, 40'000))});
    effects out;
    place_.changed(health, now(), out);
    perform(out);
    return wake();
  }
  if (spawned_.empty() || what < 4) {
    head::known_actor claim;
    claim.actor = {static_cast<std::uint64_t>(self_), ++last_actor_};
    claim.name = numbers_.one_in(5) ? "" : "name " + std::to_string(numbers_.below(8));
    claim.space = numbers_.one_in(4) ? "" : "space";
    claim.job = job_;
    claim.detached = claim.name.empty() || numbers_.one_in(2);
    claim.owner = self_;
    claim.max_restarts = -1;
    spawned_[claim.actor] = {.claim = claim};
    return speak_of(claim.actor);
  }
  auto at = spawned_.begin();
  std::advance(at, static_cast<std::ptrdiff_t>(numbers_.below(spawned_.size())));
  spawned& one = at->second;
  if (!one.kept || one.ended) return;
  if (what < 7) {
    // Of a detached one the head says that.
    if (one.claim.detached) return;
    // It restarts, or a part of the process that has not heard of that claims the old epoch.
    const bool old = one.claim.epoch > 1 && numbers_.one_in(2);
    if (old) {
      head::known_actor older = one.claim;
      --older.epoch;
      wire::register_request asks{};
      asks.entry = {.actor = older.actor,
                    .epoch = older.epoch,
                    .name = older.name,
                    .space = older.space,
                    .detached = older.detached,
                    .classes = {}};
      return ask(asks);
    }
    ++one.claim.epoch;
    one.kept = false;
    hosted_.erase(at->first);
    return speak_of(at->first);
  }
  if (what < 8) {
    one.ended = true;
    on_.facts.may_have_ended(at->first);
    hosted_.erase(at->first);
    tell_standing(at->first, one.claim.epoch, actor_state::dead);
  }
}

void member_process::speak_of(const actor_id& actor) {
  const spawned& one = spawned_.at(actor);
  if (one.ended) return tell_standing(actor, one.claim.epoch, actor_state::dead);
  wire::register_request asks{};
  asks.entry = {.actor = actor,
                .epoch = one.claim.epoch,
                .name = one.claim.name,
                .space = one.claim.space,
                .detached = one.claim.detached,
                .classes = {}};
  asks.max_restarts = one.claim.max_restarts;
  ask(asks);
}

void member_process::ask(const wire::register_request& asks) {
  unsent_.push_back(asks);
  wake();
}

void member_process::send_unsent() {
  if (!may_speak()) return;
  for (const wire::register_request& each : std::exchange(unsent_, {})) {
    check(!slept_, "a process spoke after a long sleep, before it was confirmed");
    const std::uint64_t question = ++last_question_;
    waiting_[question] = each;
    const auto sent =
        endpoint_.ask(session_, each, [this, question](const result<rpc::arrival>& came) {
          if (dead_) return;
          if (came) {
            return answered(question, std::get<wire::register_reply>(came->envelope.message));
          }
          unsent_.push_back(waiting_.at(question));
          waiting_.erase(question);
        });
    check(static_cast<bool>(sent), "an actor could not be registered");
  }
  effects out;
  place_.spoke(now(), out);
  perform(out);
}

void member_process::answered(std::uint64_t question, const wire::register_reply& reply) {
  const wire::register_request asks = waiting_.at(question);
  waiting_.erase(question);
  const actor_id& actor = asks.entry.actor;
  const auto found = spawned_.find(actor);
  if (found == spawned_.end()) return;  // it was asked twice, and is given up
  spawned& one = found->second;
  switch (reply.answer) {
    case wire::register_answer::registered: {
      head::known_actor claim = one.claim;
      claim.epoch = asks.entry.epoch;
      on_.facts.acknowledged(claim);
      if (one.ended) return tell_standing(actor, one.claim.epoch, actor_state::dead);
      if (asks.entry.epoch != one.claim.epoch) return;
      one.kept = true;
      // The head has it built.
      if (one.claim.detached) return;
      host(actor, one.claim.epoch);
      return tell_standing(actor, one.claim.epoch, actor_state::alive);
    }
    case wire::register_answer::exists:
      check(reply.existing && reply.existing->actor != actor,
            "an actor was told that it has its own name");
      spawned_.erase(actor);
      return;
    case wire::register_answer::stale_epoch:
      // The head has built it again, or it was an old epoch that asked.
      if (asks.entry.epoch == one.claim.epoch) {
        hosted_.erase(actor);
        spawned_.erase(actor);
      }
      return;
    case wire::register_answer::stale_incarnation:
    case wire::register_answer::full: return;
  }
}

void member_process::tell_standing(const actor_id& actor, std::uint64_t epoch, actor_state state) {
  if (!may_speak()) return;  // it will be told when it has a session again
  wire::actor_notice told;
  told.standing.actor = actor;
  told.standing.epoch = epoch;
  told.standing.state = state;
  check(static_cast<bool>(endpoint_.tell(session_, told)), "a notice could not be told");
}

}  // namespace control_plane_test
