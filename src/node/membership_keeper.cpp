#include "node/membership_keeper.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace rt::node {
inline namespace RT_LANE_VARIANT {

namespace {

/// A head that is not there is called again after so long, and by chance up to as long again.
constexpr instant called_again_after = 20'000'000;

}  // namespace

membership_keeper::membership_keeper(environment& world, rpc::switchboard& board,
                                     const wire::node_entry& self, std::string head, job_id job,
                                     instant head_timeout, membership_news news)
    : world_(world),
      board_(board),
      head_(std::move(head)),
      job_(job),
      driver_(static_cast<bool>(job)),
      news_(std::move(news)),
      member_(self, world.now(), head_timeout) {
  board.route({wire::message_kind::view_notice, wire::message_kind::stale_notice,
               wire::message_kind::drain_request},
              *this);
}

void membership_keeper::attend() {
  if (leaving_) return;
  const instant now = world_.now();
  if (const auto heard = board_.endpoint().heard_at(session_)) member_.heard_head(*heard);
  membership::effects out;
  member_.tick(now, out);
  perform(out);
  if (std::exchange(leave_session_, false) && session_) board_.endpoint().close(session_);
  if (!session_ && !leaving_ && now >= call_at_) call_the_head();
}

instant membership_keeper::due() const noexcept {
  if (leaving_) return never;
  return std::min(member_.due(), session_ ? never : call_at_);
}

void membership_keeper::call_the_head() {
  const result<rpc::session_id> made = board_.reach(head_, 0, job_);
  if (made) session_ = *made;
  else call_at_ = world_.now() + called_again_after;
}

void membership_keeper::changed(const wire::health_notice& now_so) {
  membership::effects out;
  member_.changed(now_so, world_.now(), out);
  perform(out);
}

bool membership_keeper::leave_within(instant left) {
  if (!member_.may_speak()) return false;
  membership::effects out;
  member_.leave_within(left, world_.now(), out);
  perform(out);
  return true;
}

void membership_keeper::leave() {
  leaving_ = true;
  member_.leave();
  if (!session_) return;
  if (driver_ && open_) {
    static_cast<void>(board_.endpoint().tell(session_, wire::job_end_notice{}));
  }
  // Its last word is a goodbye.
  board_.endpoint().close(session_);
}

void membership_keeper::opened(rpc::session_id session, const rpc::peer&) {
  if (session != session_) return;
  open_ = true;
  membership::effects out;
  member_.connected(news_.hosted(), world_.now(), out);
  perform(out);
}

void membership_keeper::ended(rpc::session_id session, const rpc::peer&, rpc::session_end) {
  if (session != session_) return;
  session_ = {};
  open_ = false;
  const instant now = world_.now();
  call_at_ = now + called_again_after +
             static_cast<instant>(world_.random() % static_cast<std::uint64_t>(called_again_after));
  member_.disconnected(now);
}

void membership_keeper::unfit(rpc::session_id session, const std::string& text) {
  if (session != session_) return;
  membership::effects out;
  member_.unfit(text, world_.now(), out);
  perform(out);
}

void membership_keeper::asked(rpc::session_id session, const rpc::arrival& request) {
  const auto* drain = std::get_if<wire::drain_request>(&request.envelope.message);
  if (drain == nullptr || session != session_) return board_.endpoint().close(session);
  membership::effects out;
  member_.drain(request.header.term, *drain, world_.now(), out);
  static_cast<void>(
      board_.endpoint().answer(session, request.envelope.number, wire::drain_reply{}));
  perform(out);
}

void membership_keeper::told(rpc::session_id session, const rpc::arrival& notice) {
  if (session != session_) return;
  membership::effects out;
  const instant now = world_.now();
  if (const auto* view = std::get_if<wire::view_notice>(&notice.envelope.message)) {
    member_.view_told(notice.header.term, view->view, false, now, out);
  } else if (const auto* stale = std::get_if<wire::stale_notice>(&notice.envelope.message)) {
    member_.stale(notice.header.term, *stale, now, out);
  }
  perform(out);
}

template <class Take>
rpc::reply_handler membership_keeper::taking(Take take) {
  return [this, take](const result<rpc::arrival>& came) {
    // Where the session has ended, the member has heard of that.
    if (!came) return;
    membership::effects out;
    take(*came, out);
    perform(out);
  };
}

void membership_keeper::perform(membership::effects& out) {
  rpc::endpoint& endpoint = board_.endpoint();
  for (const auto& each : out.letters) {
    if (!open_) continue;
    if (const auto* join = std::get_if<wire::join_request>(&each)) {
      static_cast<void>(endpoint.ask(
          session_, *join, taking([this](const rpc::arrival& came, membership::effects& made) {
            if (const auto* reply = std::get_if<wire::join_reply>(&came.envelope.message)) {
              member_.joined(came.header.term, *reply, world_.now(), made);
            }
          })));
    } else if (const auto* job = std::get_if<wire::job_request>(&each)) {
      static_cast<void>(endpoint.ask(
          session_, *job, taking([this](const rpc::arrival& came, membership::effects& made) {
            if (const auto* reply = std::get_if<wire::job_reply>(&came.envelope.message)) {
              member_.job_begun(came.header.term, *reply, world_.now(), made);
            }
          })));
    } else if (const auto* view = std::get_if<wire::view_request>(&each)) {
      static_cast<void>(endpoint.ask(
          session_, *view, taking([this](const rpc::arrival& came, membership::effects& made) {
            if (const auto* reply = std::get_if<wire::view_reply>(&came.envelope.message)) {
              member_.view_told(came.header.term, reply->view, true, world_.now(), made);
            }
          })));
    } else if (const auto* confirm = std::get_if<wire::confirm_request>(&each)) {
      static_cast<void>(endpoint.ask(
          session_, *confirm, taking([this](const rpc::arrival& came, membership::effects& made) {
            if (const auto* reply = std::get_if<wire::confirm_reply>(&came.envelope.message)) {
              member_.confirmed(came.header.term, *reply, world_.now(), made);
            }
          })));
    } else if (const auto* health = std::get_if<wire::health_notice>(&each)) {
      static_cast<void>(endpoint.tell(session_, *health));
    }
  }
  if (member_.term() != seen_term_ || member_.cluster().version() != seen_version_) {
    seen_term_ = member_.term();
    seen_version_ = member_.cluster().version();
    news_.view_changed(member_.cluster());
  }
  for (const membership::effects::death& each : out.died) news_.died(each.process);
  if (out.leave_head) leave_session_ = true;
  if (out.refused) world_.log("the head does not take this process in: " + *out.refused);
  if (out.drain) news_.drain(out.drain->until);
  if (out.without_head) {
    out.without_head->message += " (its address is " + head_ + ")";
    world_.log(out.without_head->message);
    news_.without_head(out.without_head);
  }
  if (out.head_back) news_.without_head(std::nullopt);
  if (out.begin_anew || out.job_over || out.give_up) news_.over(out.begin_anew);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::node
