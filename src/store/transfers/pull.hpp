#pragma once

#include "store/transfers/effects.hpp"
#include "store/transfers/messages.hpp"

#include <rt/core/environment.hpp>

#include <set>
#include <vector>

namespace rt::store::transfers {
inline namespace RT_LANE_VARIANT {

/// An object that someone in this process waits for, and how far it has come.
struct pull {
  std::uint64_t arrived = 0;  ///< counts pulls: the older is served first
  std::vector<wait_number> waits;

  /// What the owner has been asked and has not answered; 0 for nothing.
  ask_number locating{};
  /// Did it say that pieces may still come?
  bool expects_pieces = false;
  /// Has the owner said that it is stored? Then it counts us among those who pull it.
  bool located = false;

  /// Whom to ask, best first, as far as they were named since the owner was asked last.
  std::vector<incarnation> sources;
  /// Those that did not give what they were asked for, until all have been tried.
  std::set<incarnation> failed;
  /// Who is asked just now; 0 for nobody.
  incarnation source{};
  std::vector<ask_number> asks;  ///< of it, not answered
  /// Since when the source has given nothing, and how long it may.
  instant heard_at = 0;
  instant patience = 0;

  /// When to ask the owner again; `never` while there is something else to wait for.
  instant again_at = never;
  instant pause = 0;
  /// When `puller::tick` looks at it.
  instant due_at = never;
};

/// A piece that was asked for.
struct piece_ask {
  object_id object;
  incarnation to{};
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
  /// Its pull has gone on without it. If it comes nevertheless, it is taken where it is of use.
  bool left_behind = false;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::store::transfers
