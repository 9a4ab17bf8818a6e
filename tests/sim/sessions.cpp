#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <rt/sim.hpp>

#include "sim/event_loop.hpp"
#include "sim/fault_plan.hpp"
#include "sim/network.hpp"
#include "sim/random_stream.hpp"
#include "sim/talker.hpp"
#include "sim/workload.hpp"

// Processes that talk over sessions while the network does them harm: within a session each message is
// acted upon at most once and in order, each request is answered once or told to be lost, and once the
// harm has ended all that was sent on a session that lives has arrived.

namespace {

using namespace rt;
using conversation::ms;
using conversation::talker;
using sim::network_mode;
using sim::process_number;
using support::check;

sim::network_options options(std::uint64_t seed) {
  sim::random_stream numbers(seed, 31);
  sim::network_options made;
  made.seed = seed;
  made.mode = numbers.one_in(2) ? network_mode::lossy : network_mode::stream;
  made.queue_bytes_max = numbers.one_in(3) ? 2'000 : std::size_t{1} << 20;
  return made;
}

/// Some processes, what they say, and what befalls them.
class all_talkers {
 public:
  all_talkers(const workloads::schedule& planned, sim::fault_sites& sites)
      : planned_(planned),
        sites_(sites),
        loop_(planned.seed),
        network_(loop_, options(planned.seed)) {}

  void run() {
    const instant begin = loop_.now();
    const instant healed_at = planned_.plan.healed_at;
    const auto count = static_cast<process_number>(planned_.sizes.at("processes"));
    sim::fault_plan plan = planned_.plan;
    plan.keep_to(count);
    sim::follow(plan, loop_, network_,
                {.crashed = [this](process_number dead) { talkers_[dead]->die(); },
                 .begins_anew = [this](process_number anew) { start(anew); }});
    for (process_number number = 0; number < count; ++number) start(number);
    const auto sayings = static_cast<std::uint64_t>(planned_.sizes.at("sayings"));
    for (std::uint64_t nth = 0; nth < sayings; ++nth) {
      // Each has numbers of its own, so that fewer of them are the same as before.
      sim::random_stream numbers(planned_.seed, 10'000 + nth);
      const instant when = begin + numbers.between(0, healed_at - begin);
      loop_.at(when, [this, numbers]() mutable { someone_speaks(numbers); });
    }
    loop_.at(healed_at, [this] { sites_.calm(); });
    // Nobody says anything more: a session whose other end is gone is found out by keeping it alive, and
    // one without a way ends; after that some find out that they were declared dead.
    loop_.run_until(healed_at + 60'000 * ms);
    check_rest();
    if (plan.faults.empty() && sites_.none()) check_that_nothing_went_wrong();
  }

  const sim::event_loop& loop() const noexcept { return loop_; }
  const sim::network& around() const noexcept { return network_; }

 private:
  void start(process_number number) {
    // By the process and its lives, so that a crash less elsewhere shifts nothing here.
    const std::uint64_t incarnation =
        conversation::first_incarnation_of(number) + 1'000 * lives_[number]++;
    auto made =
        std::make_unique<talker>(loop_, network_, planned_.seed, number, incarnation,
                                 [this, number, incarnation] { refused(number, incarnation); });
    if (number < talkers_.size()) {
      graveyard_.push_back(std::move(talkers_[number]));
      talkers_[number] = std::move(made);
    } else {
      talkers_.push_back(std::move(made));
    }
  }

  /// One that was declared dead has to come back as a new one.
  void refused(process_number number, std::uint64_t incarnation) {
    loop_.at(loop_.now(), [this, number, incarnation] {
      talker& old = *talkers_[number];
      if (old.incarnation() != incarnation || old.dead()) return;
      network_.crash(number);
      old.die();
      start(number);
    });
  }

  void someone_speaks(sim::random_stream& numbers) {
    const auto who = static_cast<process_number>(numbers.below(talkers_.size()));
    const auto whom = static_cast<process_number>(numbers.below(talkers_.size()));
    const bool calls = numbers.one_in(20);
    const bool the_one_known = numbers.one_in(2);
    talker& speaks = *talkers_[who];
    if (speaks.rests()) return;
    if (whom != who && (speaks.lines().empty() || calls)) speaks.call(whom, the_one_known);
    speaks.say(numbers);
  }

  void check_that_nothing_went_wrong() {
    std::uint64_t calls = 0;
    for (auto& each : talkers_) {
      check(each->ended() == 0, "a session ended in a run without harm");
      calls += each->calls();
    }
    std::uint64_t sent = 0;
    std::uint64_t resent = 0;
    for (auto& each : talkers_) {
      const auto [once, again] = each->endpoint().sent_and_resent();
      sent += once;
      resent += again;
    }
    check(resent <= sent / 4, std::to_string(resent) + " of " + std::to_string(sent) +
                                  " frames were sent again in a run without harm");
    check(network_.counts().connections == calls,
          "a connection was made again in a run without harm");
  }

  void check_rest() {
    std::size_t ends = 0;
    for (const auto& each : talkers_) ends += each->lines().size();
    check(network_.connections() * 2 == ends, std::to_string(network_.connections()) +
                                                  " connections are left for " +
                                                  std::to_string(ends) + " ends of sessions");
    std::map<std::uint64_t, talker*> by_incarnation;
    for (auto& each : talkers_) by_incarnation[each->incarnation()] = each.get();
    for (auto& each : talkers_) {
      check(each->settled(), "a request was never answered");
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

  const workloads::schedule& planned_;
  sim::fault_sites& sites_;
  sim::event_loop loop_;
  sim::network network_;
  std::vector<std::unique_ptr<talker>> talkers_;
  std::vector<std::unique_ptr<talker>> graveyard_;
  std::map<process_number, std::uint64_t> lives_;
};

workloads::schedule plan(std::uint64_t seed) {
  sim::random_stream numbers(seed, 30);
  const instant begin = sim::event_loop::start;
  const instant healed_at = begin + numbers.between(100, 3'000) * ms;
  const std::int64_t processes = numbers.between(2, 4);
  const std::int64_t sayings = numbers.between(10, 400);
  return {.workload = "sessions",
          .seed = seed,
          .sizes = {{"processes", processes}, {"sayings", sayings}},
          .plan = sim::fault_plan::from_seed(
              seed, options(seed).mode, static_cast<process_number>(processes), begin, healed_at)};
}

workloads::planned_report run(const workloads::schedule& planned, sim::fault_sites& sites) {
  workloads::planned_report made;
  all_talkers all(planned, sites);
  try {
    all.run();
  } catch (const support::run_failed& failed) {
    made.report.failure = failed.what;
  }
  made.report.seed = planned.seed;
  made.report.steps = all.loop().steps();
  made.report.trace_hash = all.around().hash();
  made.network = all.around().counts();
  return made;
}

}  // namespace

workloads::planned_workload workloads::sessions() {
  return {.plan = &plan, .run = &run, .least = {{"processes", 2}, {"sayings", 1}}};
}
