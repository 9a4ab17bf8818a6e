#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <rt/sim.hpp>

#include "rpc/endpoint.hpp"
#include "sim/event_loop.hpp"
#include "sim/fault_plan.hpp"
#include "sim/network.hpp"
#include "sim/random_stream.hpp"
#include "sim/workload.hpp"
#include "support/loop_environment.hpp"

// Processes that talk over sessions while the network does them harm: within a session each message is
// acted upon at most once and in order, each request is answered once or told to be lost, and once the
// harm has ended all that was sent on a session that lives has arrived.

namespace {

using namespace rt;
using rpc::session_id;
using rt::sim::network_mode;
using support::check;

constexpr std::uint64_t cluster = 77;
constexpr instant ms = 1'000'000;

class talker;

/// What one process knows of one session.
struct line {
  bool open = false;
  std::uint64_t other = 0;  // the incarnation at the other end
  std::uint64_t notices_sent = 0;
  std::uint64_t notices_heard = 0;
  std::uint64_t asked = 0;
  std::uint64_t answered = 0;
};

/// One incarnation of a process that says random things to others.
class talker final : rpc::endpoint_events {
 public:
  talker(sim::event_loop& loop, sim::network& around, std::uint64_t seed, std::uint32_t number,
         std::uint64_t incarnation)
      : loop_(loop),
        world_(loop, seed, incarnation),
        transport_(around.attach(number, [this] { wake(); })),
        endpoint_(*transport_, world_,
                  {.cluster = cluster,
                   .incarnation = incarnation,
                   .role = wire::process_role::node,
                   .build = 1},
                  *this, options(seed)),
        incarnation_(incarnation) {
    check(static_cast<bool>(endpoint_.listen(*address::parse(place_of(number)))),
          "a process could not listen");
  }

  static rpc::session_options options(std::uint64_t seed) {
    rpc::session_options made;
    made.in_flight_bytes_max = 20'000;
    made.early_frames_max = 20;
    // In some runs sessions end at one side while the other still looks for a way.
    made.ended_after = sim::random_stream(seed, 32).one_in(2) ? 500 * ms : 8'000 * ms;
    made.silence_max = 1'000 * ms;
    return made;
  }
  static std::string place_of(std::uint32_t number) {
    return "sim://" + std::to_string(number) + ":1";
  }

  void call(std::uint32_t number) {
    const result<session_id> made = endpoint_.open(*address::parse(place_of(number)), 0, {});
    check(static_cast<bool>(made), "a session could not be begun");
    lines_[made->number];
    wake();
  }

  /// Says something on one of its sessions.
  void say(sim::random_stream& numbers) {
    if (lines_.empty()) return;
    auto at = lines_.begin();
    std::advance(at, static_cast<std::ptrdiff_t>(numbers.below(lines_.size())));
    const session_id session{at->first};
    if (endpoint_.full(session)) return;
    if (numbers.one_in(2)) tell(session);
    else ask(session);
    wake();
  }

  /// Says a last thing on every session, so that one whose other end is gone is found out.
  void say_on_all() {
    for (const auto& [number, each] : lines_) tell(session_id{number});
    wake();
  }

  /// Is everything that was sent on its sessions answered?
  bool settled() const {
    for (const auto& [number, each] : lines_) {
      if (each.asked != each.answered) return false;
    }
    return true;
  }

  std::map<std::uint64_t, line>& lines() noexcept { return lines_; }
  std::uint64_t incarnation() const noexcept { return incarnation_; }
  std::uint64_t ended() const noexcept { return ended_; }
  /// Does it do nothing: dead, or stopped for a while?
  bool rests() const noexcept { return dead_ || transport_->paused(); }

  void wake() {
    if (woken_ || dead_) return;
    woken_ = true;
    at(loop_.now(), [this] {
      woken_ = false;
      turn();
    });
  }
  void die() { dead_ = true; }

 private:
  /// Has something happen later, if this incarnation still is there.
  void at(instant when, std::function<void()> what) {
    loop_.at(when, [what = std::move(what), alive = std::weak_ptr<bool>(alive_)] {
      if (!alive.expired()) what();
    });
  }

  void turn() {
    if (dead_) return;
    if (transport_->paused()) {
      // Its timers rest too, and go on with it.
      at(loop_.now() + ms, [this] { wake(); });
      return;
    }
    const bool more = endpoint_.poll(16);
    if (more) wake();
    const instant due = endpoint_.due();
    if (due == never) return;
    at(std::max(due, loop_.now() + 1), [this] { wake(); });
  }

  void tell(session_id session) {
    wire::lease_withdraw_notice said;
    said.request = ++lines_[session.number].notices_sent;
    check(static_cast<bool>(endpoint_.tell(session, said)), "a notice could not be told");
  }

  void ask(session_id session) {
    wire::take_back_request asks;
    asks.first_seq = ++lines_[session.number].asked;
    asks.lease = incarnation_ * 100'000 + session.number;  // like no other session's
    const result<void> taken = endpoint_.ask(
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

  // endpoint_events
  void opened(session_id session, const rpc::peer& other) override {
    line& of = lines_[session.number];
    check(!of.open, "a session opened twice");
    of.open = true;
    of.other = other.incarnation;
  }
  void asked(session_id session, const rpc::arrival& request) override {
    line& of = lines_.at(session.number);
    check(of.open, "a request came before its session was open");
    const auto& asks = std::get<wire::take_back_request>(request.envelope.message);
    check(requests_heard_.emplace(asks.lease, asks.first_seq).second,
          "a request was acted upon twice");
    wire::take_back_reply reply;
    reply.first_seq = asks.first_seq + 1000;
    const std::uint64_t number = request.envelope.number;
    if (number % 3 != 0) {
      check(static_cast<bool>(endpoint_.answer(session, number, reply)),
            "no answer could be given");
      return;
    }
    // Some take longer; the session may have ended by then.
    at(loop_.now() + 3 * ms, [this, session, number, reply] {
      if (dead_) return;
      static_cast<void>(endpoint_.answer(session, number, reply));
      wake();
    });
  }
  void told(session_id session, const rpc::arrival& notice) override {
    line& of = lines_.at(session.number);
    const auto& said = std::get<wire::lease_withdraw_notice>(notice.envelope.message);
    check(said.request == of.notices_heard + 1, "notice " + std::to_string(said.request) +
                                                    " came after " +
                                                    std::to_string(of.notices_heard));
    of.notices_heard = said.request;
  }
  void ended(session_id session, rpc::session_end why, const std::string& text) override {
    check(why != rpc::session_end::malformed && why != rpc::session_end::refused,
          "a session between two of us ended as if one were no peer: " + text);
    const line& of = lines_.at(session.number);
    check(of.asked == of.answered, "a session ended with requests that were told nothing");
    lines_.erase(session.number);
    ++ended_;
  }
  wire::hello_answer admits(const rpc::peer&) override { return wire::hello_answer::accepted; }

  sim::event_loop& loop_;
  support::loop_environment world_;
  std::unique_ptr<sim::simulated_transport> transport_;
  rpc::endpoint endpoint_;
  const std::uint64_t incarnation_;
  std::map<std::uint64_t, line> lines_;
  /// On all its sessions, those that have ended too.
  std::set<std::pair<std::uint64_t, std::uint64_t>> requests_heard_;
  std::uint64_t ended_ = 0;
  bool woken_ = false;
  bool dead_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

/// Some processes, what they say, and what befalls them.
class conversation {
 public:
  explicit conversation(std::uint64_t seed)
      : seed_(seed), numbers_(seed, 30), loop_(seed), network_(loop_, options(seed)) {}

  void run() {
    const instant begin = loop_.now();
    const instant healed_at = begin + numbers_.between(100, 3'000) * ms;
    const auto count = static_cast<std::uint32_t>(numbers_.between(2, 4));
    const auto plan =
        sim::fault_plan::from_seed(seed_, options(seed_).mode, count, begin, healed_at);
    harmless_ = plan.faults.empty();
    sim::follow(plan, loop_, network_,
                {.crashed = [this](std::uint32_t dead) { talkers_[dead]->die(); },
                 .begins_anew = [this](std::uint32_t anew) { start(anew); }});
    for (std::uint32_t number = 0; number < count; ++number) start(number);
    for (auto sayings = numbers_.between(10, 400); sayings > 0; --sayings) {
      const instant when = begin + numbers_.between(0, healed_at - begin);
      loop_.at(when, [this] { someone_speaks(); });
    }
    // Twice the time after which a session without a way ends, and what the last words need.
    loop_.run_until(healed_at + 20'000 * ms);
    for (auto& each : talkers_) each->say_on_all();
    loop_.run_until(loop_.now() + 30'000 * ms);
    check_rest();
  }

  std::uint64_t steps() const noexcept { return loop_.steps(); }
  std::uint64_t hash() const noexcept { return network_.hash(); }

 private:
  static sim::network_options options(std::uint64_t seed) {
    sim::random_stream numbers(seed, 31);
    sim::network_options made;
    made.seed = seed;
    made.mode = numbers.one_in(2) ? network_mode::lossy : network_mode::stream;
    made.queue_bytes_max = numbers.one_in(3) ? 2'000 : std::size_t{1} << 20;
    return made;
  }

  void start(std::uint32_t number) {
    auto made = std::make_unique<talker>(loop_, network_, seed_, number, ++last_incarnation_);
    if (number < talkers_.size()) {
      graveyard_.push_back(std::move(talkers_[number]));
      talkers_[number] = std::move(made);
    } else {
      talkers_.push_back(std::move(made));
    }
  }

  std::uint32_t anyone() { return static_cast<std::uint32_t>(numbers_.below(talkers_.size())); }

  void someone_speaks() {
    const std::uint32_t who = anyone();
    talker& speaks = *talkers_[who];
    if (speaks.rests()) return;
    const std::uint32_t whom = anyone();
    if (whom != who && (speaks.lines().empty() || numbers_.one_in(20))) speaks.call(whom);
    speaks.say(numbers_);
  }

  void check_rest() {
    std::map<std::uint64_t, talker*> by_incarnation;
    for (auto& each : talkers_) by_incarnation[each->incarnation()] = each.get();
    for (auto& each : talkers_) {
      check(each->settled(), "a request was never answered");
      check(!harmless_ || each->ended() == 0, "a session ended in a run without harm");
      // Of two processes each session is known to both, and each side has heard all that was said.
      std::map<std::uint64_t, std::multiset<std::pair<std::uint64_t, std::uint64_t>>> here;
      for (const auto& [number, of] : each->lines()) {
        check(of.open, "a session neither opened nor ended");
        here[of.other].insert({of.notices_sent, of.notices_heard});
      }
      for (const auto& [other, said] : here) {
        const auto found = by_incarnation.find(other);
        check(found != by_incarnation.end(), "a session lives whose other end is dead");
        std::multiset<std::pair<std::uint64_t, std::uint64_t>> there;
        for (const auto& [number, of] : found->second->lines()) {
          if (of.other == each->incarnation()) {
            there.insert({of.notices_heard, of.notices_sent});
          }
        }
        check(said == there,
              "something that was said on a session was not heard, or it has one end");
      }
    }
  }

  const std::uint64_t seed_;
  sim::random_stream numbers_;
  sim::event_loop loop_;
  sim::network network_;
  std::vector<std::unique_ptr<talker>> talkers_;
  std::vector<std::unique_ptr<talker>> graveyard_;
  bool harmless_ = false;
  std::uint64_t last_incarnation_ = 0;
};

}  // namespace

rt::sim::report workloads::sessions(std::uint64_t seed) {
  rt::sim::report made;
  made.seed = seed;
  conversation all(seed);
  try {
    all.run();
  } catch (const support::run_failed& failed) {
    made.failure = failed.what;
  }
  made.steps = all.steps();
  made.trace_hash = all.hash();
  return made;
}
