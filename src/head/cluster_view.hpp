#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <vector>

#include "core/incarnation.hpp"
#include "core/variant.hpp"
#include "rt/core/environment.hpp"
#include "wire/node_entry.hpp"

namespace rt::head {
inline namespace RT_LANE_VARIANT {

/// Who belongs to the cluster, as all are told: a version counts changes of single entries, so that any
/// two versions are joined by as many steps as it takes.
/// Shape: holds who lives, and the last deaths.   Thread: a value.
class cluster_view {
 public:
  cluster_view(std::size_t entries_max, std::size_t deaths_kept)
      : entries_max_(entries_max), deaths_kept_(deaths_kept) {}

  /// Puts an entry in, or changes it. A dead one is taken out, and told once.
  /// `drain_until`, where it drains, is turned into what is left when it is told.
  void set(const wire::node_entry& entry, instant drain_until = never);

  const wire::node_entry* find(incarnation process) const;
  std::uint64_t version() const noexcept { return version_; }
  std::size_t size() const noexcept { return entries_.size(); }

  /// Returns what brings a view of that version up to this one, in steps that fit.
  /// Shape: at least one step, also where there is nothing to tell. The whole view for version 0, for one
  /// that is none, and for one that has missed deaths which are forgotten.
  /// Who has no view need not hear of deaths, unless it may have met the dead: `with_deaths` tells them all.
  std::vector<wire::view_change> since(std::uint64_t version, instant now,
                                       bool with_deaths = false) const;

 private:
  struct kept {
    wire::node_entry entry;
    std::uint64_t version = 0;
    instant drain_until = never;
  };

  std::map<incarnation, kept> entries_;
  /// The newest state of each process that lives, by the version of its last change.
  std::map<std::uint64_t, incarnation> by_version_;
  std::map<std::uint64_t, wire::node_entry> deaths_;
  /// The version of the newest death that is forgotten.
  std::uint64_t forgotten_ = 0;
  std::uint64_t version_ = 0;
  std::size_t entries_max_;
  std::size_t deaths_kept_;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::head
