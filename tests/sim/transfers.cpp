#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <rt/sim.hpp>

#include "sim/fault_plan.hpp"
#include "sim/own_harm.hpp"
#include "sim/random_stream.hpp"
#include "sim/transfer_process.hpp"
#include "sim/workload.hpp"

// Objects that are pulled over sessions while the network does harm and processes die: what arrives
// is what was put, each wait ends once, an object is lost only with the last that had it, and when
// all is freed nothing is left.

namespace {

using namespace transfers_over_wire;
using rt::sim::network_mode;
using support::check;

constexpr instant ms = 1'000'000;
constexpr std::uint64_t chunk = 1'000;

/// An object, and who had it first.
struct known_object {
  object_id object;
  std::vector<std::byte> bytes;
  incarnation holder{};
  bool freed = false;
  std::uint64_t waits = 0;
};

class exchange {
 public:
  explicit exchange(std::uint64_t seed)
      : seed_(seed), numbers_(seed, 61), loop_(seed), network_(loop_, network_of(seed)) {
    around_.limits = limits_of(seed);
    around_.sessions = sessions_of(seed);
  }

  void run() {
    const instant begin = loop_.now();
    const instant healed_at = begin + numbers_.between(100, 3'000) * ms;
    const auto count = static_cast<std::uint32_t>(numbers_.between(2, 9));
    const auto plan =
        sim::fault_plan::from_seed(seed_, network_of(seed_).mode, count, begin, healed_at);
    sim::follow(plan, loop_, network_,
                {.crashed = [this](std::uint32_t dead) { crash(dead); },
                 .begins_anew = [this](std::uint32_t anew) { start(anew); }});
    for (std::uint32_t number = 0; number < count; ++number) start(number);
    for (auto left = numbers_.between(1, 8); left > 0; --left) {
      loop_.at(begin + numbers_.between(0, (healed_at - begin) / 2), [this] { put(); });
    }
    for (auto left = numbers_.between(1, 60); left > 0; --left) {
      loop_.at(begin + numbers_.between(0, healed_at - begin), [this] { something(); });
    }
    loop_.run_until(healed_at + 60'000 * ms);
    check(waiting_.empty(), "a wait has not ended");
    want_all();
    loop_.run_until(loop_.now() + 60'000 * ms);
    check(waiting_.empty(), "a wait after all harm has not ended");
    check_left_over(false);
    for (auto& [id, each] : objects_) free(each);
    loop_.run_until(loop_.now() + 60'000 * ms);
    check_left_over(true);
  }

  std::uint64_t steps() const noexcept { return loop_.steps(); }
  std::uint64_t hash() const noexcept { return network_.hash(); }

 private:
  struct wait {
    object_id object;
    incarnation at{};
    /// Somebody has it and nothing is in the way, so it must come.
    bool must_come = false;
  };

  static sim::network_options network_of(std::uint64_t seed) {
    sim::random_stream numbers(seed, 62);
    sim::network_options made;
    made.seed = seed;
    made.mode = numbers.one_in(2) ? network_mode::lossy : network_mode::stream;
    made.queue_bytes_max = numbers.one_in(3) ? 3'000 : std::size_t{1} << 20;
    if (numbers.one_in(3)) made.bandwidth_bytes_per_s = 1'000'000;
    return made;
  }
  static options limits_of(std::uint64_t seed) {
    sim::random_stream numbers(seed, 63);
    options made;
    made.chunk_bytes_max = chunk;
    made.window = 1 + numbers.below(4);
    made.budget_bytes = chunk * (1 + numbers.below(8));
    made.served_max = 1 + numbers.below(8);
    made.slow_after = numbers.between(50, 1'000) * ms;
    made.slow_after_max = made.slow_after * 8;
    return made;
  }
  static rpc::session_options sessions_of(std::uint64_t seed) {
    rpc::session_options made;
    made.early_frames_max = 20;
    made.ended_after = sim::random_stream(seed, 64).one_in(2) ? 500 * ms : 8'000 * ms;
    made.silence_max = 1'000 * ms;
    return made;
  }

  void start(std::uint32_t number) {
    const incarnation self{++last_incarnation_};
    auto made = std::make_unique<transfer_process>(
        around_, number, self,
        [this, self](const effects::wait_ended& how, const transfer_process::buffer& bytes) {
          ended(self, how, bytes);
        });
    if (number < living_.size()) living_[number] = self;
    else living_.push_back(self);
    processes_[self] = std::move(made);
    // It is told who is dead already.
    for (const incarnation each : dead_) processes_[self]->hear_of_death(each);
  }

  void crash(std::uint32_t number) {
    const incarnation gone = living_[number];
    processes_[gone]->die();
    dead_.insert(gone);
    std::erase_if(waiting_, [&](const auto& each) { return each.second.at == gone; });
    for (const auto& [self, process] : processes_) {
      const instant heard = loop_.now() + numbers_.between(1, 4'000) * ms;
      loop_.at(heard, [each = process.get(), gone] {
        if (!each->dead()) each->hear_of_death(gone);
      });
    }
  }

  transfer_process* alive(incarnation which) {
    const auto at = processes_.find(which);
    return at == processes_.end() || at->second->dead() ? nullptr : at->second.get();
  }
  incarnation anyone() { return living_[numbers_.below(living_.size())]; }

  void put() {
    const incarnation owner = anyone();
    const incarnation holder = numbers_.one_in(2) ? owner : anyone();
    transfer_process* const owns = alive(owner);
    transfer_process* const holds = alive(holder);
    if (owns == nullptr || holds == nullptr) return;
    const object_id object{static_cast<std::uint64_t>(owner), ++last_object_};
    const std::uint64_t size = numbers_.one_in(8) ? 0 : numbers_.below(12 * chunk);
    known_object made{object, bytes_of(object, size), holder};
    owns->own(object);
    holds->keep(object, made.bytes);
    const content of = content_of(made.bytes);
    objects_.emplace(object, std::move(made));
    // What a task's result says comes a little later.
    loop_.at(loop_.now() + numbers_.between(0, 20) * ms, [this, object, of, owner, holder] {
      if (transfer_process* const at = alive(owner)) at->fill_stored(object, of, holder);
    });
  }

  void something() {
    if (objects_.empty()) return;
    auto at = objects_.begin();
    std::advance(at, static_cast<std::ptrdiff_t>(numbers_.below(objects_.size())));
    if (numbers_.one_in(20)) return free(at->second);
    if (!waiting_.empty() && numbers_.one_in(8)) {
      const auto given_up = waiting_.begin();
      const wait what = given_up->second;
      const wait_number number = given_up->first;
      waiting_.erase(given_up);
      alive(what.at)->unwant(what.object, number);
      return;
    }
    want(at->second, anyone(), false);
  }

  void want(known_object& what, incarnation where, bool must_come) {
    transfer_process* const at = alive(where);
    if (at == nullptr) return;
    const wait_number number{++last_wait_};
    waiting_[number] = {what.object, where, must_come};
    at->want(what.object, number);
  }

  void want_all() {
    for (auto& [id, each] : objects_) {
      bool somebody = false;
      for (const incarnation other : living_) somebody |= alive(other)->has(id);
      const bool owned = alive(incarnation{id.incarnation}) != nullptr;
      for (const incarnation where : living_) want(each, where, somebody && owned && !each.freed);
    }
  }

  void free(known_object& what) {
    transfer_process* const owner = alive(incarnation{what.object.incarnation});
    if (owner == nullptr || what.freed) return;
    what.freed = true;
    owner->free(what.object);
  }

  void ended(incarnation self, const effects::wait_ended& how,
             const transfer_process::buffer& bytes) {
    const auto at = waiting_.find(how.wait);
    check(at != waiting_.end() && at->second.at == self, "a wait ended twice, or for nobody");
    const bool must_come = at->second.must_come;
    waiting_.erase(at);
    const known_object& what = objects_.at(how.object);
    if (how.how == wait_end::here) {
      check(bytes != nullptr && *bytes == what.bytes, "what came is not what was put");
      return;
    }
    check(how.how == wait_end::lost, "an object had an end that it cannot have");
    check(!must_come, "an object is lost of which there is a copy");
    const incarnation owner{what.object.incarnation};
    if (how.why == loss::owner_died) {
      check(dead_.count(owner) != 0, "an owner is said to be dead that lives");
    } else if (how.why == loss::freed) {
      check(what.freed, "an object is said to be freed that is not");
    } else {
      check(dead_.count(what.holder) != 0, "an object is lost whose first holder lives");
    }
  }

  void check_left_over(bool all_freed) {
    for (const incarnation each : living_) {
      const transfer_process& here = *alive(each);
      const std::string left = here.left_over();
      check(left.empty(), left + " is left over");
      check(!all_freed || here.buffers() == 0, "a copy of what is freed is left over");
    }
  }

  const std::uint64_t seed_;
  sim::random_stream numbers_;
  sim::event_loop loop_;
  sim::network network_;
  surroundings around_{loop_, network_, seed_};
  std::map<incarnation, std::unique_ptr<transfer_process>> processes_;
  std::vector<incarnation> living_;  ///< by their numbers
  std::set<incarnation> dead_;
  std::map<object_id, known_object> objects_;
  std::map<wait_number, wait> waiting_;
  std::uint64_t last_incarnation_ = 0;
  std::uint64_t last_object_ = 0;
  std::uint64_t last_wait_ = 0;
};

workloads::schedule plan(std::uint64_t seed) { return {.workload = "transfers", .seed = seed}; }

}  // namespace

workloads::planned_workload workloads::transfers() {
  return {.plan = &plan, .run = &run_with_own_harm<exchange>};
}
