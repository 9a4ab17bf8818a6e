#pragma once

#include "core/variant.hpp"
#include "rpc/session_numbers.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <utility>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

/// The session that a process has with itself: what an actor's caller, host and owner say to one another
/// where they are one process.
inline constexpr wire::session_number own_session{UINT64_MAX};
/// One with a process that cannot be reached.
inline constexpr wire::session_number no_session{UINT64_MAX - 1};

using rpc::number_of;
using rpc::session_of;

/// Letters of a process to itself: they are taken in the order in which they were posted, and none
/// within another step.   Thread: under the baton.
class own_letters {
 public:
  void post(std::function<void()> letter) { letters_.push_back(std::move(letter)); }
  bool empty() const noexcept { return letters_.empty(); }
  void deliver() {
    while (!letters_.empty()) {
      const std::function<void()> next = std::move(letters_.front());
      letters_.pop_front();
      next();
    }
  }

 private:
  std::deque<std::function<void()>> letters_;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
