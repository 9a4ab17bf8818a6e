#include "sim/register_history.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <stdexcept>
#include <utility>

namespace runs {
namespace {

using operation = register_operation;

/// Returns the value behind an operation; nothing where it could not have given its answer.
std::optional<int> after(const operation& one, int value) {
  const bool is_answered = one.answered != operation::unanswered;
  switch (one.what) {
    case operation::kind::read:
      if (is_answered && one.gave != value) return {};
      return value;
    case operation::kind::write: return one.to;
    default: break;
  }
  const bool is_made = value == one.from;
  if (is_answered && (one.gave != 0) != is_made) return {};
  return is_made ? one.to : value;
}

/// Puts one operation after another, in each order in which they may have taken effect, until all that were
/// answered have.
class search {
 public:
  explicit search(const std::vector<operation>& history) : history_(history) {
    for (std::size_t at = 0; at < history.size(); ++at) {
      if (history[at].answered != operation::unanswered) answered_ |= bit(at);
    }
  }

  bool succeeds(std::uint64_t done, int value) {
    if ((done & answered_) == answered_) return true;
    if (!tried_.emplace(done, value).second) return false;
    // What had its answer before another was begun comes before that.
    std::uint64_t first_answer = operation::unanswered;
    for (std::size_t at = 0; at < history_.size(); ++at) {
      if ((done & bit(at)) == 0) first_answer = std::min(first_answer, history_[at].answered);
    }
    for (std::size_t at = 0; at < history_.size(); ++at) {
      if ((done & bit(at)) != 0 || history_[at].begun > first_answer) continue;
      const std::optional<int> next = after(history_[at], value);
      if (next && succeeds(done | bit(at), *next)) return true;
    }
    return false;
  }

 private:
  static std::uint64_t bit(std::size_t at) { return std::uint64_t{1} << at; }

  const std::vector<operation>& history_;
  std::uint64_t answered_ = 0;
  /// Which were put, and the value behind them, wherefrom there was no way on.
  std::set<std::pair<std::uint64_t, int>> tried_;
};

}  // namespace

bool is_linearizable(const std::vector<operation>& history, int initial) {
  if (history.size() > history_max) throw std::invalid_argument("a history is too long");
  return search(history).succeeds(0, initial);
}

}  // namespace runs
