#pragma once

#include "core/variant.hpp"
#include "rpc/endpoint_events.hpp"
#include "wire/message.hpp"

#include <rt/core/result.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

/// What this process has asked its head and has no answer to. A head has written down what it answers, and
/// takes what is said twice as said once: so what has none when the session with it ends is asked again on
/// the next, in the same order.
/// Thread: under the baton.
class head_line {
 public:
  struct question {
    /// Asks on a session.
    std::function<void(rpc::session_id, rpc::reply_handler)> send;
    /// Numbers of processes in the answer are of the session that it came on.
    std::function<void(rpc::session_id, const wire::message&)> take;
    /// No head is heard; empty for what waits as long as that lasts.
    std::function<void(const error_info&)> fail = {};
  };

  void ask(question made);
  /// The session on which a head has taken this process in; none while there is none.
  void head_is(rpc::session_id session);
  /// From here on what can fail does; nothing: the head is there again.
  void without_head(const std::optional<error_info>& why);
  void fail_all(const error_info& why);

  /// Shape: what cannot be answered for want of a head is not counted.
  bool empty() const noexcept { return questions_.empty() || headless_.has_value(); }

 private:
  void send(std::uint64_t number);

  std::map<std::uint64_t, question> questions_;
  std::uint64_t last_ = 0;
  rpc::session_id head_;
  std::optional<error_info> headless_;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
