#include "head/memory_log.hpp"

#include "core/planted_bug.hpp"

namespace rt::head {
inline namespace RT_LANE_VARIANT {

bool memory_log::poll(instant, log_events& events) {
  if (over_) return false;
  if (opening_) {
    opening_ = false;
    own_ = term{static_cast<std::uint64_t>(records_->newest) + 1};
    records_->newest = own_;
    events.opened({.number = own_, .records = records_->records});
    return !waiting_.empty();
  }
  if (own_ == term{}) return false;
  if (records_->newest != own_ && !RT_SIMBUG("term.not_checked")) {
    over_ = true;
    events.fenced();
    return false;
  }
  if (waiting_.empty()) return false;
  for (record_bytes& each : std::exchange(waiting_, {})) {
    records_->records.push_back(std::move(each));
  }
  events.durable(position{records_->records.size()});
  return !waiting_.empty();
}

instant memory_log::due() const noexcept {
  return !over_ && (opening_ || !waiting_.empty()) ? instant{0} : never;
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::head
