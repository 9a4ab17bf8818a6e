#pragma once

#include <set>
#include <vector>

#include "core/variant.hpp"
#include "rpc/endpoint.hpp"

namespace rt::rpc {
inline namespace RT_LANE_VARIANT {

/// Sessions on which a part of a process has something to say that waits until the other side has
/// acknowledged more of what was said before.
///
/// It waits where it lies, as a task in its queue or a call in its book: so what is under way to a process
/// that reads slowly, or has stopped, stays within a session's bytes. What frees or ends something never waits.
/// Owner: the endpoint outlives it.   Thread: under the baton.
class full_sessions {
 public:
  /// Is as much under way as may be? Then `take_free` will name it.
  bool note(endpoint& of, session_id session) {
    if (!of.full(session)) return false;
    waited_for_.insert(session);
    return true;
  }

  /// Takes out those on which there is room again, or that have ended.
  std::vector<session_id> take_free(endpoint& of) {
    std::vector<session_id> free;
    for (const session_id each : waited_for_) {
      if (!of.full(each)) free.push_back(each);
    }
    for (const session_id each : free) waited_for_.erase(each);
    return free;
  }

 private:
  std::set<session_id> waited_for_;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::rpc
