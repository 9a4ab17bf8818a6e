#pragma once

#include <deque>
#include <utility>
#include <variant>
#include <vector>

#include "core/incarnation.hpp"
#include "core/variant.hpp"
#include "head/effects.hpp"
#include "head/numbers.hpp"
#include "rt/core/environment.hpp"
#include "wire/node_entry.hpp"

namespace rt::head {
inline namespace RT_LANE_VARIANT {

/// Answers a join, with the view that there is when it may leave.
struct join_answered {
  ticket to{};
  incarnation process{};
  wire::join_answer answer = wire::join_answer::accepted;
  std::uint64_t version = 0;
};
struct job_answered {
  ticket to{};
  incarnation driver{};
  bool ended = false;
};
/// Puts an entry into the view.
struct publication {
  wire::node_entry entry;
  instant drain_until = never;
};
struct death_told {
  incarnation process{};
  wire::node_reason reason = wire::node_reason::silent;
};

/// Has a detached actor be built.
struct building {
  known_actor actor;
};
/// Has one that lives hear who owns it now.
struct adoption {
  known_actor actor;
};
struct dismissal {
  actor_id actor;
};

/// What follows from decisions, and waits until they are safe.
using consequence = std::variant<join_answered, job_answered, publication, death_told,
                                 effects::answer, effects::letter, building, adoption, dismissal>;

/// Numbers records, and holds back what follows from them until they are safe. What is decided waits for
/// all that was written before it, since it may rest on any of that.
/// Thread: a value.
class commits {
 public:
  /// Goes on behind the records that the log had.
  explicit commits(position last) noexcept : last_(last), durable_(last) {}

  /// Notes that one more record is to be written.
  position add() noexcept { return last_ = after(last_); }
  void hold(consequence what) { held_.emplace_back(last_, std::move(what)); }
  void durable(position up_to) noexcept;

  position safe() const noexcept { return durable_; }
  /// Is anything not safe yet?
  bool behind() const noexcept { return durable_ != last_; }
  position last() const noexcept { return last_; }
  std::size_t held() const noexcept { return held_.size(); }

  /// Takes the next consequence that may leave.   Shape: false where there is none.
  bool take(consequence& to);

 private:
  position last_;
  position durable_;
  std::deque<std::pair<position, consequence>> held_;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::head
