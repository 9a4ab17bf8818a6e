#pragma once

#ifndef RT_LANE_EXPLORED
#define RT_LANE_EXPLORED
#endif

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

#include <rt/core/environment.hpp>
#include <rt/core/ids.hpp>

#include "core/incarnation.hpp"
#include "head/known_actor.hpp"
#include "head/ledger.hpp"
#include "head/numbers.hpp"
#include "wire/node_entry.hpp"

namespace control_plane_test {

using rt::incarnation;
using rt::instant;

inline constexpr instant ms = 1'000'000;
inline constexpr instant health_period = 100 * ms;
inline constexpr instant death_timeout = 1'000 * ms;

/// What is so, as seen from outside of all processes and by no clock of theirs; each note checks what it notes, and ends the run
/// where a promise is broken.
class truth {
 public:
  // Heads.
  void head_opened(rt::head::term number, instant now);
  /// A message of that process came to a head.
  void heard(incarnation from, instant now) { heard_at_[from] = now; }
  /// A head writes down that a process is dead.
  void judged(incarnation process, rt::wire::node_reason reason, instant now) const;
  /// A head says that a process is dead.
  void declared(incarnation process);
  /// A head is about to answer, by a decision that it wrote when `asked_at` was.
  void decides(rt::head::term number, instant asked_at) const;
  /// A head is about to take in, confirm, or keep an actor of that process.
  void accepts(incarnation process) const;

  // Members.
  void lives(incarnation process) { alive_.insert(process); }
  void ends(incarnation process) { alive_.erase(process); }
  bool is_alive(incarnation process) const { return alive_.count(process) != 0; }
  /// An owner was told that its actor is kept.
  void acknowledged(const rt::head::known_actor& claim);
  /// An owner has asked for an end, or for one that it does not know of.
  void may_have_ended(const rt::actor_id& actor) { ended_.insert(actor); }
  /// An instance of an actor was made.
  void built(const rt::actor_id& actor, std::uint64_t epoch);

  /// Is all that was acknowledged, and has not ended, kept once?
  void check_kept(const rt::head::ledger& known) const;

  /// No process but heads is harmed: then none may be taken for dead.
  bool only_heads_harmed = false;
  std::uint64_t deaths = 0;
  std::uint64_t acknowledgements = 0;
  std::uint64_t heads = 0;

 private:
  bool must_live(const rt::head::known_actor& actor) const;

  std::map<rt::head::term, instant> opened_;
  std::map<incarnation, instant> heard_at_;
  std::set<incarnation> declared_;
  std::set<incarnation> alive_;
  std::map<rt::actor_id, rt::head::known_actor> acknowledged_;
  std::map<rt::head::name_key, rt::actor_id> names_;
  std::set<rt::actor_id> ended_;
  std::set<std::pair<rt::actor_id, std::uint64_t>> built_;
};

}  // namespace control_plane_test
