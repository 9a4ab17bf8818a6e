#include "worker/remote/call_runner.hpp"
#include "worker/remote/call_sender.hpp"
#include "worker/runtime_engine.hpp"

#include <rt/core/error.hpp>

#include <algorithm>
#include <utility>

// What is said of calls to those who made them.

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

using hosting::hosted_name;

namespace {

/// More results than this are sent in several messages.   Units: bytes.
constexpr std::size_t answer_bytes_max = std::size_t{256} << 10;

}  // namespace

void call_runner::send_answers() {
  auto answers = std::exchange(answers_, {});
  for (auto& [to, outcomes] : answers) {
    const hosted_name which = to.second;
    if (to.first == own_session) {
      own_.post([this, which, kept = std::move(outcomes)] {
        for (const call_outcome& each : kept) {
          sender_->take_outcome(own_session, which.actor, which.epoch, each);
        }
      });
    } else {
      send(session_of(to.first), which, outcomes);
    }
  }
}

void call_runner::send(rpc::session_id to, const hosted_name& which,
                       std::span<const call_outcome> outcomes) {
  // To a session that has ended nothing is said, and nothing is kept for it.
  if (board_.incarnation_at(to) == 0) return;
  wire::call_results_notice notice;
  notice.actor = which.actor;
  notice.epoch = static_cast<std::uint64_t>(which.epoch);
  std::size_t bytes = 0;
  const auto flush = [&] {
    if (notice.results.empty() && notice.lost.empty()) return;
    static_cast<void>(board_.endpoint().tell(to, notice));
    // Told of before they are copies of something.
    for (const auto& [result, content] : std::exchange(results_, {})) {
      objects_.keep_result(result, *content);
    }
    notice.results.clear();
    notice.lost.clear();
    bytes = 0;
  };
  for (const call_outcome& each : outcomes) {
    if (each.what == call_outcome::kind::lost) {
      notice.lost.push_back({to_wire(each.call.task), each.call.attempt});
    } else {
      notice.results.push_back(result_of(each, to));
      if (each.how != nullptr) bytes += each.how->bytes.bytes.size();
    }
    const std::size_t count = std::max(notice.results.size(), notice.lost.size());
    if (bytes >= answer_bytes_max || count >= wire::limits::tasks_max) flush();
  }
  flush();
  hold_if_full(to);
}

wire::task_result call_runner::result_of(const call_outcome& outcome, rpc::session_id to) {
  wire::task_result made;
  made.owner_index = to_wire(outcome.call.task);
  made.attempt = outcome.call.attempt;
  if (outcome.what == call_outcome::kind::handed_back) {
    made.outcome = wire::handed_back{};
  } else if (outcome.what == call_outcome::kind::cancelled) {
    made.outcome = wire::failure{.code = errc::task_cancelled,
                                 .outcome = rt::outcome::not_started,
                                 .text = "the call was cancelled before it began",
                                 .exception = {}};
  } else {
    made.run_ns = outcome.how->run_ns;
    try {
      if (outcome.how->content != nullptr) {
        made.outcome = store_result(outcome, to);
        return made;
      }
      check_leaves(outcome.how->bytes, "a failure");
      const wire::payload bytes = objects_.hand_on(outcome.how->bytes, to);
      if (outcome.how->failed) {
        made.outcome = wire::failure{.code = outcome.how->code,
                                     .outcome = rt::outcome::completed,
                                     .text = {},
                                     .exception = bytes};
      } else {
        made.outcome = wire::inline_result{bytes};
      }
    } catch (const error& refused) {
      made.outcome = wire::failure{.code = refused.code(),
                                   .outcome = rt::outcome::completed,
                                   .text = refused.what(),
                                   .exception = {}};
    }
  }
  return made;
}

wire::stored_result call_runner::store_result(const call_outcome& outcome, rpc::session_id to) {
  pushed_outcome& how = *outcome.how;
  wire::stored_result made = objects_.hand_on_result(*how.content, how.bytes, to);
  results_.emplace_back(object_id{board_.incarnation_at(to), outcome.id.counter},
                        std::move(how.content));
  return made;
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
