#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "core/incarnation.hpp"
#include "core/variant.hpp"
#include "node/membership/effects.hpp"
#include "wire/node_entry.hpp"

namespace rt::node::membership {
inline namespace RT_LANE_VARIANT {

/// The cluster as a head has told it, by versions.
/// Thread: a value.
class known_cluster {
 public:
  enum class taken : std::uint8_t {
    yes,
    old,  ///< it was known already
    gap,  ///< something in front of it is missing: it is to be asked for
  };

  /// Takes in one step.   Shape: who died by it is added to `died`; in a whole view those are dead who
  /// are missing from it, once it is complete.
  taken take(const wire::view_change& step, std::vector<effects::death>& died);

  /// What follows is of another term: its versions count anew, and its first view is a whole one.
  void begin_term() noexcept;

  std::uint64_t version() const noexcept { return version_; }
  const std::map<incarnation, wire::node_entry>& entries() const noexcept { return entries_; }

 private:
  void take_entries(const wire::view_change& step, std::map<incarnation, wire::node_entry>& into,
                    std::vector<effects::death>& died);
  void complete(std::vector<effects::death>& died);

  std::map<incarnation, wire::node_entry> entries_;
  std::uint64_t version_ = 0;
  /// A whole view that is not complete yet.
  std::map<incarnation, wire::node_entry> whole_;
  std::uint64_t whole_version_ = 0;
  bool whole_begun_ = false;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::node::membership
