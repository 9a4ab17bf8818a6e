#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <utility>

#include "rt/core/environment.hpp"
#include "sim/network_options.hpp"

namespace rt::sim {

/// Knows which processes can reach which, each direction for itself. A process always reaches itself.
class network_paths {
 public:
  void cut(process_number from, process_number to) { cuts_.insert({from, to}); }
  /// Cuts all paths of a process, both ways.
  void isolate(process_number alone) { isolated_.insert(alone); }
  /// Has nothing leave in that direction until then.
  void clog(process_number from, process_number to, instant until);
  /// Mends all cuts, isolations and clogs.
  void heal();

  bool open(process_number from, process_number to) const noexcept;
  /// Tells whether both directions are.
  bool joined(process_number a, process_number b) const noexcept {
    return open(a, b) && open(b, a);
  }
  /// Returns until when a path is clogged; 0 for one that never was.
  instant clear_at(process_number from, process_number to) const noexcept;
  /// Counts calls of `heal`: what was cut, and sees the same count, has been cut all the while.
  std::uint64_t healings() const noexcept { return healings_; }

 private:
  std::set<std::pair<process_number, process_number>> cuts_;
  std::set<process_number> isolated_;
  std::map<std::pair<process_number, process_number>, instant> clogs_;
  std::uint64_t healings_ = 0;
};

}  // namespace rt::sim
