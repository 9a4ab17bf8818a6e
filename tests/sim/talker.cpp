#include "sim/talker.hpp"

#include <algorithm>
#include <variant>

namespace conversation {

using namespace rt;
using rpc::session_id;
using support::check;

namespace {

constexpr std::uint64_t cluster = 77;

rpc::session_options options_of(std::uint64_t seed, sim::process_number number) {
  rpc::session_options made;
  made.in_flight_bytes_max = 10'000;
  made.early_frames_max = 20;
  // Sessions may end at one side while the other still looks for a way.
  made.ended_after = sim::random_stream(seed, 300 + number).one_in(2) ? 500 * ms : 8'000 * ms;
  made.silence_max = 1'000 * ms;
  made.keep_alive_after = 2'000 * ms;
  return made;
}

std::string place_of(sim::process_number number) {
  return "sim://" + std::to_string(number) + ":1";
}

}  // namespace

talker::talker(sim::event_loop& loop, sim::network& around, std::uint64_t seed,
               sim::process_number number, std::uint64_t incarnation, std::function<void()> refused)
    : clock_(sim::process_clock::from_seed(loop, seed, number)),
      world_(clock_, seed, incarnation),
      transport_(around.attach(number, [this] { wake(); })),
      endpoint_(*transport_, world_,
                {.cluster = cluster,
                 .incarnation = incarnation,
                 .role = wire::process_role::node,
                 .build = 1},
                *this, options_of(seed, number)),
      incarnation_(incarnation),
      refused_(std::move(refused)),
      buries_(sim::random_stream(seed, 32).one_in(3)),
      one_each_(sim::random_stream(seed, 33).one_in(3)) {
  check(static_cast<bool>(endpoint_.listen(*address::parse(place_of(number)))),
        "a process could not listen");
}

void talker::call(sim::process_number number, bool the_one_known) {
  const std::string place = place_of(number);
  const auto known = newest_at_.find(place);
  std::uint64_t wanted = the_one_known && known != newest_at_.end() ? known->second : 0;
  if (one_each_) {
    // As a cluster's view would tell it.
    wanted = known != newest_at_.end() ? known->second : first_incarnation_of(number);
    for (const auto& [session, each] : lines_) {
      if (each.wanted == wanted || each.other == wanted) return;
    }
  }
  const result<session_id> made =
      endpoint_.open(*address::parse(place), wanted, {},
                     one_each_ ? rpc::endpoint::sessions::one : rpc::endpoint::sessions::many);
  check(static_cast<bool>(made), "a session could not be begun");
  lines_[made->number].wanted = wanted;
  ++calls_;
  wake();
}

void talker::say(sim::random_stream& numbers) {
  if (lines_.empty()) return;
  auto at = lines_.begin();
  std::advance(at, static_cast<std::ptrdiff_t>(numbers.below(lines_.size())));
  const session_id session{at->first};
  // Mostly one thing; now and then as much as the session takes.
  for (std::uint64_t left = numbers.one_in(20) ? 300 : 1; left > 0; --left) {
    if (endpoint_.full(session)) break;
    if (numbers.one_in(2)) tell(session);
    else ask(session);
  }
  wake();
}

bool talker::settled() const {
  return std::all_of(lines_.begin(), lines_.end(),
                     [](const auto& each) { return each.second.asked == each.second.answered; });
}

void talker::wake() {
  if (woken_ || dead_) return;
  woken_ = true;
  at(clock_.now(), [this] {
    woken_ = false;
    turn();
  });
}

void talker::at(instant when, std::function<void()> what) {
  clock_.at(when, [what = std::move(what), alive = std::weak_ptr<bool>(alive_)] {
    if (!alive.expired()) what();
  });
}

void talker::turn() {
  if (dead_) return;
  if (transport_->paused()) {
    // Its timers rest too, and go on with it; its clock has gone on meanwhile.
    at(clock_.now() + ms, [this] { wake(); });
    return;
  }
  const bool more = endpoint_.poll(16);
  if (more) wake();
  const instant due = endpoint_.due();
  if (due == never) return;
  at(std::max(due, clock_.now() + 1), [this] { wake(); });
}

void talker::tell(session_id session) {
  wire::lease_withdraw_notice said;
  said.request = ++lines_[session.number].notices_sent;
  check(static_cast<bool>(endpoint_.tell(session, said)), "a notice could not be told");
}

void talker::ask(session_id session) {
  wire::take_back_request asks;
  asks.first_seq = ++lines_[session.number].asked;
  asks.lease = incarnation_ * 100'000 + session.number;  // like no other session's
  const result<std::uint64_t> taken = endpoint_.ask(
      session, asks, [this, session, number = asks.first_seq](result<rpc::arrival> came) {
        line& of = lines_[session.number];
        ++of.answered;
        if (!came) {
          check(came.error().code == errc::connection, "a request failed for another reason");
          return;
        }
        const auto& reply = std::get<wire::take_back_reply>(came->envelope.message);
        check(reply.first_seq == number + 1000, "a request got the answer of another");
      });
  check(static_cast<bool>(taken), "a request could not be asked");
}

void talker::opened(session_id session, const rpc::peer& other) {
  line& of = lines_[session.number];
  check(!of.open, "a session opened twice");
  check(of.wanted == 0 || of.wanted == other.incarnation,
        "a session was opened by another incarnation than it is for");
  of.open = true;
  of.other = other.incarnation;
  std::uint64_t& newest = newest_at_[other.address];
  newest = std::max(newest, other.incarnation);
}

void talker::asked(session_id session, const rpc::arrival& request) {
  const line& of = lines_.at(session.number);
  check(of.open, "a request came before its session was open");
  const auto& asks = std::get<wire::take_back_request>(request.envelope.message);
  check(requests_heard_.emplace(asks.lease, asks.first_seq).second,
        "a request was acted upon twice");
  wire::take_back_reply reply;
  reply.first_seq = asks.first_seq + 1000;
  const std::uint64_t number = request.envelope.number;
  if (number % 3 != 0) {
    check(static_cast<bool>(endpoint_.answer(session, number, reply)), "no answer could be given");
    return;
  }
  // Some take longer; the session may have ended by then.
  at(clock_.now() + 3 * ms, [this, session, number, reply] {
    if (dead_) return;
    static_cast<void>(endpoint_.answer(session, number, reply));
    wake();
  });
}

void talker::told(session_id session, const rpc::arrival& notice) {
  line& of = lines_.at(session.number);
  const auto& said = std::get<wire::lease_withdraw_notice>(notice.envelope.message);
  check(
      said.request == of.notices_heard + 1,
      "notice " + std::to_string(said.request) + " came after " + std::to_string(of.notices_heard));
  of.notices_heard = said.request;
}

void talker::ended(session_id session, rpc::session_end why, const std::string& text) {
  check(why != rpc::session_end::malformed && (buries_ || why != rpc::session_end::refused),
        "a session between two of us ended as if one were no peer: " + text);
  const line& of = lines_.at(session.number);
  check(of.asked == of.answered, "a session ended with requests that were told nothing");
  if (buries_ && why == rpc::session_end::lost && of.open) buried_.insert(of.other);
  lines_.erase(session.number);
  ++ended_;
  if (why == rpc::session_end::refused) refused_();
}

wire::hello_answer talker::admits(const rpc::peer& other) {
  return buried_.count(other.incarnation) != 0 ? wire::hello_answer::stale_incarnation
                                               : wire::hello_answer::accepted;
}

}  // namespace conversation
