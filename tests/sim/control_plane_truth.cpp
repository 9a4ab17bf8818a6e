#include "sim/control_plane_truth.hpp"

#include "sim/process_clock.hpp"
#include "support/loop_environment.hpp"

namespace control_plane_test {

using rt::head::known_actor;
using rt::head::name_key;
using support::check;

void truth::head_opened(rt::head::term number, instant now) {
  // One that was stopped may notice its own late, after the next.
  check(opened_.count(number) == 0, "two heads have one term");
  opened_[number] = now;
  ++heads;
}

void truth::judged(incarnation process, rt::wire::node_reason reason, instant now) const {
  if (reason == rt::wire::node_reason::silent) {
    check(!only_heads_harmed || !is_alive(process), "a process died of what befell its head");
    const auto heard = heard_at_.find(process);
    // A head's clock may gain.
    constexpr instant million = 1'000'000;
    constexpr instant at_least =
        death_timeout / (million + rt::sim::process_clock::drift_ppm_max) * million;
    check(heard == heard_at_.end() || now - heard->second >= at_least,
          "a process was declared dead that had spoken within the time-out");
  }
  if (reason == rt::wire::node_reason::replaced) {
    check(!is_alive(process), "a process was replaced that lives");
  }
}

void truth::declared(incarnation process) {
  if (declared_.insert(process).second) ++deaths;
}

void truth::decides(rt::head::term number, instant asked_at) const {
  const auto newer = opened_.upper_bound(number);
  check(newer == opened_.end() || newer->second > asked_at,
        "a head acknowledged what it was asked after a newer one had begun");
}

void truth::accepts(incarnation process) const {
  check(declared_.count(process) == 0, "a process that was declared dead was heard");
}

bool truth::must_live(const known_actor& actor) const {
  if (ended_.count(actor.actor) != 0) return false;
  return actor.detached || (is_alive(actor.owner) && declared_.count(actor.owner) == 0);
}

void truth::acknowledged(const known_actor& claim) {
  // What comes to one that was declared dead meanwhile is no promise any more.
  if (declared_.count(claim.owner) != 0) return;
  ++acknowledgements;
  const auto known = acknowledged_.find(claim.actor);
  check(known == acknowledged_.end() || known->second.epoch <= claim.epoch,
        "an older epoch was acknowledged after a newer one");
  acknowledged_.insert_or_assign(claim.actor, claim);
  if (claim.name.empty()) return;
  const name_key key = name_key::of(claim.space, claim.job, claim.name);
  const auto [holder, first] = names_.emplace(key, claim.actor);
  if (first || holder->second == claim.actor) return;
  check(!must_live(acknowledged_.at(holder->second)), "two live actors have one name");
  holder->second = claim.actor;
}

void truth::built(const rt::actor_id& actor, std::uint64_t epoch) {
  check(built_.emplace(actor, epoch).second, "two instances were made of one epoch");
}

void truth::check_kept(const rt::head::ledger& known) const {
  for (const auto& [id, claim] : acknowledged_) {
    if (!must_live(claim)) continue;
    const known_actor* const kept = known.actor(id);
    check(kept != nullptr, "an acknowledged actor is lost");
    check(kept->epoch >= claim.epoch, "an acknowledged epoch is lost");
    if (claim.name.empty()) continue;
    const known_actor* const named =
        known.actor_named(name_key::of(claim.space, claim.job, claim.name));
    check(named != nullptr && named->actor == id, "an acknowledged name is lost");
  }
}

}  // namespace control_plane_test
