#include "worker/remote/head_line.hpp"

#include "core/fault_site.hpp"
#include "core/planted_bug.hpp"

#include <utility>
#include <vector>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

void head_line::ask(question made) {
  if (headless_ && made.fail) return made.fail(*headless_);
  const std::uint64_t number = ++last_;
  questions_.emplace(number, std::move(made));
  if (head_) send(number);
}

void head_line::send(std::uint64_t number) {
  questions_.at(number).send(head_, [this, number, on = head_](const result<rpc::arrival>& came) {
    // Without an answer the session has ended: it is asked again.
    if (!came) return;
    auto answered = questions_.extract(number);
    if (!answered.empty()) answered.mapped().take(on, came->envelope.message);
  });
}

void head_line::head_is(rpc::session_id session) {
  if (std::exchange(head_, session) == session || !session) return;
  if (RT_SIMBUG("head_line.asks_once")) return;
  std::vector<std::uint64_t> unanswered;
  for (const auto& [number, each] : questions_) unanswered.push_back(number);
  for (const std::uint64_t each : unanswered) {
    if (!questions_.contains(each)) continue;
    RT_PROBE("head_line.asked_on_a_new_session");
    send(each);
  }
}

void head_line::without_head(const std::optional<error_info>& why) {
  headless_ = why;
  if (why) fail_all(*why);
}

void head_line::fail_all(const error_info& why) {
  std::vector<question> failed;
  std::erase_if(questions_, [&](auto& each) {
    if (!each.second.fail) return false;
    failed.push_back(std::move(each.second));
    return true;
  });
  for (const question& each : failed) each.fail(why);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
