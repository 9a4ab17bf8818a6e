#include "node/membership/member.hpp"

#include <algorithm>
#include <utility>

#include "core/fault_site.hpp"
#include "core/planted_bug.hpp"

namespace rt::node::membership {
inline namespace RT_LANE_VARIANT {
namespace {

/// Of times that a head tells: so long that nobody waits for it, and sums of two still fit.
constexpr std::uint64_t longest = std::uint64_t{1} << 60;

/// Until when a process whose cluster is no more goes on at most.
constexpr instant longest_wait = 60'000'000'000;

instant time_from(std::uint64_t told_ns) noexcept {
  return static_cast<instant>(std::clamp<std::uint64_t>(told_ns, 1, longest));
}

}  // namespace

member::member(const wire::node_entry& self, instant now, instant head_timeout)
    : self_(self), head_timeout_(head_timeout), head_heard_at_(now), seen_at_(now) {
  self_.state = wire::node_state::joining;
  health_.available = self.available;
  health_.waiting = self.waiting;
}

void member::connected(std::vector<wire::hosted_actor> hosted, instant now, effects& out) {
  notice_sleep(now, out);
  connected_ = true;
  answered_ = false;
  confirms_asked_ = 0;
  view_asked_ = false;
  hosted_ = std::move(hosted);
  if (standing_ != standing::over) ask_to_join(now, out);
}

void member::disconnected(instant) {
  connected_ = false;
  answered_ = false;
}

void member::joined(std::uint64_t term, const wire::join_reply& reply, instant now, effects& out) {
  if (!counts(term, now, out)) return;
  switch (reply.answer) {
    case wire::join_answer::accepted:
      return take_in(reply.view, reply.health_period_ns, reply.death_timeout_ns, out);
    case wire::join_answer::stale_incarnation: return end(out);
    case wire::join_answer::name_taken:
    case wire::join_answer::full: break;
  }
  out.refused = reply.text;
}

void member::job_begun(std::uint64_t term, const wire::job_reply& reply, instant now,
                       effects& out) {
  if (!counts(term, now, out)) return;
  if (reply.ended) return end(out);
  take_in(reply.view, reply.health_period_ns, reply.death_timeout_ns, out);
}

void member::view_told(std::uint64_t term, const wire::view_change& view, bool answers, instant now,
                       effects& out) {
  if (!counts(term, now, out)) return;
  if (answers) view_asked_ = false;
  take_view(view, out);
}

void member::confirmed(std::uint64_t term, const wire::confirm_reply& reply, instant now,
                       effects& out) {
  if (!counts(term, now, out)) return;
  // It may have slept once more since it asked: then that question is the one that counts.
  if (confirms_asked_ == 0 || --confirms_asked_ != 0) return;
  if (!reply.counts) return end(out);
  if (standing_ == standing::unconfirmed) standing_ = standing::inside;
}

void member::stale(std::uint64_t term, const wire::stale_notice& told, instant now, effects& out) {
  if (counts(term, now, out) && told.incarnation == self_.incarnation) end(out);
}

void member::drain(std::uint64_t term, const wire::drain_request& asked, instant now,
                   effects& out) {
  if (!counts(term, now, out)) return;
  self_.state = wire::node_state::draining;
  self_.reason = asked.reason;
  drain_until_ = now + time_from(asked.left_ns);
  out.drain = effects::drain_order{asked.reason, drain_until_};
}

void member::leave_within(instant left, instant now, effects& out) {
  if (standing_ == standing::over || draining()) return;
  self_.state = wire::node_state::draining;
  self_.reason = wire::node_reason::asked;
  drain_until_ = now + std::clamp<instant>(left, 1, static_cast<instant>(longest));
  out.drain = effects::drain_order{self_.reason, drain_until_};
  // What it says of itself when it joins holds how it is.
  if (connected_) ask_to_join(now, out);
}

void member::changed(const wire::health_notice& now_so, instant now, effects& out) {
  notice_sleep(now, out);
  wire::health_notice told = now_so;
  told.view_version = health_.view_version;
  if (told == health_) return;
  health_ = std::move(told);
  health_changed_ = true;
}

void member::spoke(instant now, effects& out) {
  notice_sleep(now, out);
  spoke_at_ = now;
}

void member::tick(instant now, effects& out) {
  notice_sleep(now, out);
  see_to_head(now, out);
  if (!connected_ || standing_ == standing::over) return;
  if (!answered_) {
    // Refused for now; or its question lies with a head that is gone, which is noticed by asking again.
    if (now < asked_at_ + health_period_) return;
    RT_PROBE("member.asked_to_join_again");
    ask_to_join(now, out);
    return;
  }
  const instant quiet = now - spoke_at_;
  if (quiet < health_period_ / 4 || (quiet < health_period_ && !health_changed_)) return;
  if (now < late_until_) return;
  if (quiet < 2 * health_period_ && RT_BUGGIFY("member.health_late")) {
    late_until_ = now + health_period_ / 2;
    return;
  }
  health_.view_version = cluster_.version();
  health_changed_ = false;
  spoke_at_ = now;
  out.letters.emplace_back(health_);
}

instant member::due() const noexcept {
  if (standing_ == standing::over) return never;
  // Else a long wait with nothing to do looked like a sleep.
  instant first = seen_at_ + health_period_;
  if (head_ == head_is::there && head_timeout_ != never) {
    first = std::min(first, head_heard_at_ + head_timeout_);
  }
  if (!connected_) return first;
  if (!answered_) {
    first = std::min(first, asked_at_ + health_period_);
  } else {
    const instant next = spoke_at_ + (health_changed_ ? health_period_ / 4 : health_period_);
    first = std::min(first, std::max(next, late_until_));
  }
  return first;
}

bool member::counts(std::uint64_t term, instant now, effects& out) {
  notice_sleep(now, out);
  if (standing_ == standing::over) return false;
  if (term < term_) {
    out.leave_head = true;
    return false;
  }
  if (term > term_) {
    term_ = term;
    cluster_.begin_term();
  }
  return true;
}

void member::notice_sleep(instant now, effects& out) {
  const instant slept = now - seen_at_;
  seen_at_ = std::max(seen_at_, now);
  if (slept < death_timeout_ || RT_SIMBUG("sleep.not_noticed")) return;
  // It could hear nobody meanwhile: that is no silence of the head.
  head_heard_at_ = std::min(head_heard_at_ + slept, now);
  RT_PROBE("member.slept");
  if (standing_ == standing::inside) standing_ = standing::unconfirmed;
  if (standing_ != standing::unconfirmed) return;
  // Asked once more: an answer that lay there while it slept says how it was before.
  if (connected_ && answered_) ask_to_be_confirmed(out);
}

void member::unfit(const std::string& text, instant now, effects& out) {
  notice_sleep(now, out);
  if (standing_ == standing::over || head_ == head_is::unfit) return;
  head_ = head_is::unfit;
  lose_head({.code = errc::version_mismatch, .outcome = outcome::not_started, .message = text},
            out);
  if (self_.job || standing_ == standing::outside) return;
  // Its cluster is no more: it ends what runs here, and then itself.
  drain_until_ = now + std::min(head_timeout_, longest_wait);
  out.drain = effects::drain_order{wire::node_reason::asked, drain_until_};
}

void member::see_to_head(instant now, effects& out) {
  if (standing_ == standing::over || head_timeout_ == never) return;
  const bool silent = now - head_heard_at_ >= head_timeout_;
  if (silent && head_ == head_is::there) {
    RT_PROBE("member.head_missed");
    head_ = head_is::silent;
    lose_head({.code = errc::cluster_unavailable,
               .outcome = outcome::not_started,
               .message = "no head has been heard for " +
                          std::to_string(head_timeout_ / 1'000'000) + " ms"},
              out);
  } else if (!silent && head_ == head_is::silent && connected_ && answered_) {
    head_ = head_is::there;
    out.head_back = true;
  }
}

void member::lose_head(error_info why, effects& out) {
  out.without_head = std::move(why);
  out.give_up = !self_.job && standing_ == standing::outside;
}

void member::ask_to_be_confirmed(effects& out) {
  ++confirms_asked_;
  out.letters.emplace_back(wire::confirm_request{});
}

void member::ask_to_join(instant now, effects& out) {
  asked_at_ = now;
  spoke_at_ = now;
  if (self_.job) {
    out.letters.emplace_back(wire::job_request{
        .name = self_.name, .address = self_.address, .was_in = standing_ != standing::outside});
    return;
  }
  wire::join_request asks{.self = self_,
                          .view_term = term_,
                          .view_version = cluster_.version(),
                          .actors = hosted_,
                          .was_in = standing_ != standing::outside};
  asks.self.available = health_.available;
  asks.self.waiting = health_.waiting;
  if (draining()) {
    asks.self.drain_left_ns = static_cast<std::uint64_t>(std::max<instant>(drain_until_ - now, 0));
  }
  out.letters.emplace_back(std::move(asks));
}

void member::take_in(const wire::view_change& view, std::uint64_t health_period_ns,
                     std::uint64_t death_timeout_ns, effects& out) {
  answered_ = true;
  if (std::exchange(head_, head_is::there) != head_is::there) out.head_back = true;
  health_period_ = time_from(health_period_ns);
  death_timeout_ = time_from(death_timeout_ns);
  if (standing_ == standing::outside) standing_ = standing::inside;
  if (standing_ == standing::unconfirmed && confirms_asked_ == 0) ask_to_be_confirmed(out);
  take_view(view, out);
}

void member::take_view(const wire::view_change& view, effects& out) {
  std::vector<effects::death> died;
  const known_cluster::taken how = cluster_.take(view, died);
  for (const effects::death& each : died) {
    if (each.process == incarnation{self_.incarnation}) return end(out);
    if (dead_.insert(each.process).second) out.died.push_back(each);
  }
  if (how != known_cluster::taken::gap || view_asked_) return;
  view_asked_ = true;
  out.letters.emplace_back(wire::view_request{.version = cluster_.version()});
}

void member::end(effects& out) {
  if (std::exchange(standing_, standing::over) == standing::over) return;
  (self_.job ? out.job_over : out.begin_anew) = true;
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::node::membership
