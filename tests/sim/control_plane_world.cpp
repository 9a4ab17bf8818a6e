#include "sim/control_plane_world.hpp"

#include <chrono>
#include <string>
#include <utility>

#include "support/loop_environment.hpp"

namespace control_plane_test {

using namespace rt;
using sim::fault_kind;
using support::check;

world::world(std::uint64_t seed)
    : seed_(seed),
      numbers_(seed, 70),
      loop_(seed),
      network_(loop_, options(seed)),
      disk_(loop_, {.seed = seed}),
      ground_{loop_, network_, facts_, seed} {}

sim::network_options world::options(std::uint64_t seed) {
  sim::random_stream numbers(seed, 71);
  sim::network_options made;
  made.seed = seed;
  made.mode = numbers.one_in(3) ? sim::network_mode::lossy : sim::network_mode::stream;
  made.connect_timeout = std::chrono::milliseconds(150);
  made.silence_min = std::chrono::milliseconds(300);
  made.silence_max = std::chrono::seconds(3);
  return made;
}

void world::run() {
  const instant begin = loop_.now();
  const instant healed_at = begin + numbers_.between(1'000, 8'000) * ms;
  heads_.resize(numbers_.one_in(3) ? 2 : 1);
  members_.resize(static_cast<std::size_t>(numbers_.between(2, 6)));
  start(0);
  for (std::size_t i = 0; i < members_.size(); ++i) {
    start(static_cast<std::uint32_t>(heads_.size() + i));
  }
  if (heads_.size() == 2) {
    loop_.at(begin + numbers_.between(0, healed_at - begin), [this] { start(1); });
  }
  harm(begin, healed_at);
  plan_life(begin, healed_at);
  loop_.run_until(healed_at + ms);
  if (acting_head() == nullptr) start(0);
  // What a new head waits for its members, a silence, and what sessions need to be made anew.
  // By the slowest clock.
  loop_.run_until(healed_at + 8'500 * ms);
  check_rest();
}

void world::harm(instant begin, instant healed_at) {
  const auto count = static_cast<std::uint32_t>(heads_.size() + members_.size());
  auto plan = sim::fault_plan::from_seed(seed_, options(seed_).mode, count, begin, healed_at);
  if (numbers_.one_in(6)) {
    // Heads alone are stopped and killed: their members may not suffer from it.
    facts_.only_heads_harmed = true;
    plan.faults.clear();
    for (auto n = numbers_.between(0, 3); n > 0; --n) {
      sim::fault one{.kind = fault_kind::pause};
      one.begin = begin + numbers_.between(0, (healed_at - begin) / 2);
      one.end = std::min(healed_at, one.begin + numbers_.between(10, 3'000) * ms);
      plan.faults.push_back(one);
    }
  } else {
    plan_disk_faults(begin, healed_at);
  }
  sim::follow(plan, loop_, network_,
              {.crashed = [this](std::uint32_t dead) { crash(dead); },
               .begins_anew = [this](std::uint32_t anew) { start(anew); }});
  plan_bounces(begin, healed_at);
  if (numbers_.one_in(2)) lose_power_at_replacements(healed_at);
}

/// Has power lost just when a snapshot takes the log's place, which few losses at any time would meet.
void world::lose_power_at_replacements(instant healed_at) {
  disk_.watch([this, healed_at](sim::disk_operation what) {
    if (what != sim::disk_operation::replace || !numbers_.one_in(3)) return;
    const instant when = loop_.now() + numbers_.between(0, ms / 2);
    const instant back = when + numbers_.between(1, 300) * ms;
    if (back >= healed_at) return;
    loop_.at(when, [this] { lose_power(); });
    loop_.at(back, [this] {
      for (std::uint32_t i = 0; i < heads_.size(); ++i) {
        if (heads_[i]) start(i);
      }
    });
  });
}

void world::plan_bounces(instant begin, instant healed_at) {
  for (auto n = numbers_.between(0, 3); n > 0; --n) {
    const instant when = begin + numbers_.between(0, healed_at - begin);
    const instant back = when + numbers_.between(1, 600) * ms;
    const bool power = numbers_.one_in(2);
    const auto which = static_cast<std::uint32_t>(numbers_.below(heads_.size()));
    loop_.at(when, [this, which, power] {
      if (power) lose_power();
      else crash(which);
    });
    loop_.at(back, [this, which] { start(which); });
  }
}

void world::plan_disk_faults(instant begin, instant healed_at) {
  if (numbers_.one_in(4)) {
    const instant when = begin + numbers_.between(0, healed_at - begin);
    loop_.at(when, [this] { disk_.set_full(true); });
    loop_.at(std::min(healed_at, when + numbers_.between(10, 800) * ms),
             [this] { disk_.set_full(false); });
  }
  if (numbers_.one_in(4)) {
    const instant when = begin + numbers_.between(0, healed_at - begin);
    const auto slow = std::chrono::milliseconds(numbers_.between(5, 100));
    loop_.at(when, [this, slow] { disk_.set_slow(slow); });
    loop_.at(healed_at, [this] { disk_.set_slow({}); });
  }
}

void world::plan_life(instant begin, instant healed_at) {
  const auto any_time = [&] { return begin + numbers_.between(0, healed_at - begin); };
  for (auto n = numbers_.between(10, 120); n > 0; --n) {
    loop_.at(any_time(), [this] { someone_acts(); });
  }
  for (auto n = numbers_.between(0, 3); n > 0; --n) {
    loop_.at(any_time(), [this] { someone_leaves(); });
  }
  // One that is asked to end is declared dead when it hears of that too late.
  if (!facts_.only_heads_harmed && numbers_.one_in(3)) {
    loop_.at(any_time(), [this] { someone_is_drained(); });
  }
}

void world::start(std::uint32_t number) {
  const incarnation self{last_incarnation_ + 1};
  if (is_head(number)) {
    auto& head = heads_[number];
    if (head && !head->dead()) return;
    if (head) graveyard_.push_back(std::move(head));
    ++last_incarnation_;
    head = std::make_unique<head_process>(ground_, number, self, disk_);
    return;
  }
  auto& member = members_[number - heads_.size()];
  if (member && !member->dead()) return;
  ++last_incarnation_;
  member_process::description as;
  // The last is a driver.
  as.driver = number + 1 == heads_.size() + members_.size();
  for (std::uint32_t i = 0; i < heads_.size(); ++i) as.heads.push_back(i);
  if (member) graveyard_.push_back(std::move(member));
  member = std::make_unique<member_process>(
      ground_, number, self, as, [this, number, self](bool) { member_over(number, self); });
}

void world::crash(std::uint32_t number) {
  network_.crash(number);
  if (is_head(number)) {
    if (heads_[number]) heads_[number]->die();
  } else {
    members_[number - heads_.size()]->die();
  }
}

void world::lose_power() {
  disk_.lose_power();
  for (std::uint32_t i = 0; i < heads_.size(); ++i) {
    if (heads_[i] && !heads_[i]->dead()) crash(i);
  }
}

void world::member_over(std::uint32_t number, incarnation which) {
  // Not in the midst of its own turn.
  loop_.at(loop_.now(), [this, number, which] {
    member_process& one = *members_[number - heads_.size()];
    if (one.self() != which || one.dead()) return;
    if (one.draining_itself()) one.leave();
    loop_.at(loop_.now() + 20 * ms, [this, number, which] {
      const member_process& still = *members_[number - heads_.size()];
      if (still.self() != which || still.dead()) return;
      crash(number);
      loop_.at(loop_.now() + 50 * ms, [this, number] { start(number); });
    });
  });
}

void world::someone_acts() { members_[numbers_.below(members_.size())]->act(); }

void world::someone_leaves() {
  const std::size_t which = numbers_.below(members_.size());
  member_process& one = *members_[which];
  if (one.rests() || one.leaving()) return;
  one.leave();
  member_over(static_cast<std::uint32_t>(heads_.size() + which), one.self());
}

void world::someone_is_drained() {
  head_process* const head = acting_head();
  if (head == nullptr || head->rests()) return;
  const member_process& one = *members_[numbers_.below(members_.size())];
  head->drain(one.self(), numbers_.between(10, 500) * ms);
}

head_process* world::acting_head() const {
  head_process* newest = nullptr;
  for (const auto& each : heads_) {
    if (!each || each->dead() || each->plane() == nullptr) continue;
    if (newest == nullptr || newest->number() < each->number()) newest = each.get();
  }
  return newest;
}

void world::check_rest() const {
  const head_process* const head = acting_head();
  check(head != nullptr, "there is no head");
  for (const auto& each : heads_) {
    check(!each || each->dead() || each.get() == head, "two heads go on");
  }
  const head::control_plane& plane = *head->plane();
  check(plane.held() == 0, "something waits for the log although nothing is written");
  facts_.check_kept(plane.known());
  for (const auto& each : members_) {
    check(!each->dead() && !each->leaving(), "a member does not live at the end");
    check(each->place().may_speak(), "a member is not in the cluster at the end");
    check(each->place().term() == static_cast<std::uint64_t>(plane.number()),
          "a member knows an older term");
    check(each->settled(), "a member was not answered");
    check(plane.known().is_member(each->self()), "a living member is not known");
    const auto& cluster = each->place().cluster();
    check(cluster.version() == plane.view().version(), "a member has an old view");
    check(cluster.entries().size() == plane.view().size(), "views have different members");
    for (const auto& [process, entry] : cluster.entries()) {
      const wire::node_entry* const told = plane.view().find(process);
      check(told != nullptr && told->state == entry.state && told->available == entry.available,
            "views differ");
    }
  }
  check(plane.known().members().size() == members_.size(),
        "a process that is gone was not declared dead");
  check(!head->building(), "a detached actor was not built again");
  check_detached(plane);
}

void world::check_detached(const head::control_plane& plane) const {
  for (const auto& [id, actor] : plane.known().actors()) {
    if (!actor.detached) continue;
    check(actor.state == wire::actor_state::alive, "a detached actor does not live at the end");
    bool lives = false;
    for (const auto& each : members_) {
      lives = lives || (each->self() == actor.process && each->hosts(id, actor.epoch));
    }
    check(lives, "a detached actor is not where its head thinks");
  }
  for (const auto& each : members_) {
    for (const wire::hosted_actor& life : each->hosted()) {
      const head::known_actor* const known = plane.known().actor(life.actor);
      check(known == nullptr || !known->detached || known->process == each->self(),
            "an older life of a detached actor goes on");
    }
  }
}

}  // namespace control_plane_test
