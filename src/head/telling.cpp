#include <algorithm>
#include <utility>

#include "head/control_plane.hpp"

// What is written down, what leaves once it is safe, and how the view reaches all.

namespace rt::head {
inline namespace RT_LANE_VARIANT {

instant control_plane::look(instant now, effects& out) {
  // While it was away a newer head may have begun, and decided otherwise: what it answers from here on
  // waits for the proof that this is not so.
  if (attention_.is_late(now)) write(proof_record{}, out);
  return attention_.look(now);
}

void control_plane::write(record what, effects& out) {
  known_.apply(what);
  commits_.add();
  growth_.written();
  out.records.push_back(std::move(what));
}

void control_plane::release(instant now, effects& out) {
  consequence next = death_told{};
  while (commits_.take(next)) {
    std::visit([&](const auto& each) { this->do_one(each, now, out); }, next);
  }
}

void control_plane::do_one(const join_answered& what, instant now, effects& out) {
  wire::join_reply reply;
  reply.answer = what.answer;
  reply.health_period_ns = static_cast<std::uint64_t>(with_.health_period);
  reply.death_timeout_ns = static_cast<std::uint64_t>(with_.death_timeout);
  switch (what.answer) {
    case wire::join_answer::accepted: break;
    case wire::join_answer::stale_incarnation:
      reply.text = "this incarnation was declared dead";
      break;
    case wire::join_answer::name_taken:
      reply.text = "another live node has its name or address";
      break;
    case wire::join_answer::full: reply.text = "the head keeps no more processes"; break;
  }
  const auto known = lives_.find(what.process);
  const bool in = what.answer == wire::join_answer::accepted && known != lives_.end();
  std::vector<wire::view_change> steps;
  if (in) {
    known->second.joined = true;
    known->second.caught_up_at = now;
    steps = view_.since(what.version, now);
    reply.view = std::move(steps.front());
  } else if (what.answer == wire::join_answer::accepted) {
    reply.answer = wire::join_answer::stale_incarnation;  // it died while this was written
  }
  out.answers.push_back({what.to, std::move(reply)});
  for (std::size_t i = 1; i < steps.size(); ++i) {
    out.letters.push_back({what.process, wire::view_notice{std::move(steps[i])}});
  }
}

void control_plane::do_one(const job_answered& what, instant now, effects& out) {
  wire::job_reply reply;
  const auto known = lives_.find(what.driver);
  reply.ended = what.ended || known == lives_.end();
  reply.health_period_ns = static_cast<std::uint64_t>(with_.health_period);
  reply.death_timeout_ns = static_cast<std::uint64_t>(with_.death_timeout);
  std::vector<wire::view_change> steps;
  if (!reply.ended) {
    known->second.joined = true;
    known->second.caught_up_at = now;
    steps = view_.since(0, now);
    reply.view = std::move(steps.front());
  }
  // In two steps: g++ 12 thinks otherwise that something of another answer is moved here.
  out.answers.push_back({.to = what.to, .what = {}});
  out.answers.back().what = std::move(reply);
  for (std::size_t i = 1; i < steps.size(); ++i) {
    out.letters.push_back({what.driver, wire::view_notice{std::move(steps[i])}});
  }
}

void control_plane::do_one(const publication& what, instant now, effects&) {
  if (lives_.count(incarnation{what.entry.incarnation}) == 0) return;  // its death comes next
  view_.set(what.entry, what.drain_until);
  view_at_ = std::min(view_at_, now + with_.view_period);
}

void control_plane::do_one(const death_told& what, instant now, effects& out) {
  out.died.push_back(what.process);
  if (const wire::node_entry* const entry = view_.find(what.process)) {
    wire::node_entry dead = *entry;
    dead.state = wire::node_state::dead;
    dead.reason = what.reason;
    view_.set(dead);
    view_at_ = std::min(view_at_, now + with_.view_period);
  }
  if (what.reason != wire::node_reason::left) tell_stale(what.process, now);
}

void control_plane::do_one(const effects::answer& what, instant, effects& out) {
  out.answers.push_back(what);
}

void control_plane::do_one(const effects::letter& what, instant, effects& out) {
  out.letters.push_back(what);
}

void control_plane::do_one(const building& what, instant, effects& out) {
  if (is_newest(what.actor)) out.rebuilds.push_back(what.actor);
}

void control_plane::do_one(const adoption& what, instant, effects& out) {
  if (is_newest(what.actor)) out.adoptions.push_back(located(what.actor));
}

void control_plane::do_one(const dismissal& what, instant, effects& out) {
  out.dismissals.push_back(what.actor);
}

bool control_plane::is_newest(const known_actor& actor) const {
  // It may have ended, or gone on to a later epoch, while it was written.
  const known_actor* const known = known_.actor(actor.actor);
  return known != nullptr && known->epoch == actor.epoch;
}

void control_plane::ask_view(ticket to, incarnation from, std::uint64_t version, instant now,
                             effects& out) {
  if (fenced_) return;
  if (!lives(from, now, out)) {
    out.answers.push_back({to, wire::view_reply{{.from = version, .to = version, .nodes = {}}}});
    return;
  }
  // The view holds nothing that is not safe.
  std::vector<wire::view_change> steps = view_.since(version, now);
  out.answers.push_back({to, wire::view_reply{std::move(steps.front())}});
  for (std::size_t i = 1; i < steps.size(); ++i) {
    out.letters.push_back({from, wire::view_notice{std::move(steps[i])}});
  }
}

void control_plane::catch_up(incarnation process, std::uint64_t version, instant now,
                             effects& out) {
  for (wire::view_change& step : view_.since(version, now)) {
    out.letters.push_back({process, wire::view_notice{std::move(step)}});
  }
}

void control_plane::gather_load(instant now) {
  if (now < load_at_) return;
  load_at_ = now + with_.load_period;
  std::size_t told = 0;
  auto each = lives_.lower_bound(load_from_);
  for (std::size_t left = lives_.size(); left > 0 && told < with_.load_entries_max; --left) {
    if (each == lives_.end()) each = lives_.begin();
    liveness& known = each->second;
    if (known.load_changed && view_.find(each->first) != nullptr) {
      known.load_changed = false;
      view_.set(known.entry, known.drain_until);
      ++told;
    }
    ++each;
  }
  load_from_ = each != lives_.end() ? each->first : incarnation{};
  if (told != 0) view_at_ = std::min(view_at_, now + with_.view_period);
}

void control_plane::tell_view(instant now, effects& out) {
  view_at_ = never;
  // Some may have met one that came and went before anything was told.
  const std::vector<wire::view_change> steps = view_.since(told_version_, now, true);
  told_version_ = view_.version();
  told_at_ = now;
  for (const auto& [process, known] : lives_) {
    if (!known.joined) continue;
    for (const wire::view_change& step : steps) {
      out.letters.push_back({process, wire::view_notice{step}});
    }
  }
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::head
