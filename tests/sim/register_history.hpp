#pragma once

#include <cstdint>
#include <limits>
#include <vector>

namespace runs {

/// What one client did to a register that several share.
struct register_operation {
  enum class kind : std::uint8_t {
    read,   ///< gives the value
    write,  ///< sets it to `to`
    swap,   ///< sets it to `to` if it is `from`, and gives whether it was
  };
  /// Of one whose answer never came: it took effect at some moment after it was begun, or never.
  static constexpr std::uint64_t unanswered = std::numeric_limits<std::uint64_t>::max();

  kind what = kind::read;
  int from = 0;
  int to = 0;
  /// What it gave: the value, or 1 for a swap that was made, and 0 for one that was not.
  int gave = 0;
  /// In the order of all that happened.
  std::uint64_t begun = 0;
  std::uint64_t answered = unanswered;
};

/// How many operations a history may have.
inline constexpr std::size_t history_max = 64;

/// Tells whether one register, used by one client after another, could have given all these answers: each
/// operation at one moment between its begin and its answer.
/// Shape: of at most `history_max`.   Source: Wing and Gong, "Testing and Verifying Concurrent Objects" (1993);
/// what was tried is remembered as in Lowe, "Testing for Linearizability" (2017).
bool is_linearizable(const std::vector<register_operation>& history, int initial);

}  // namespace runs
