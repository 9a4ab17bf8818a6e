#include "head/memory_log.hpp"

#include <utility>

#include "core/planted_bug.hpp"

namespace rt::head {
inline namespace RT_LANE_VARIANT {

void memory_log::compact(std::vector<record_bytes> snapshot) {
  snapshot_ = std::move(snapshot);
  covered_ = waiting_.size();
}

bool memory_log::poll(instant, log_events& events) {
  if (over_) return false;
  if (opening_) {
    opening_ = false;
    own_ = term{static_cast<std::uint64_t>(records_->newest) + 1};
    records_->newest = own_;
    safe_ = records_->records.size();
    events.opened({.number = own_, .records = records_->records});
    return !waiting_.empty();
  }
  if (own_ == term{}) return false;
  if (records_->newest != own_ && !RT_SIMBUG("term.not_checked")) {
    over_ = true;
    events.fenced();
    return false;
  }
  if (waiting_.empty() && !snapshot_) return false;
  const bool compacts = snapshot_.has_value();
  if (compacts) records_->records = *std::exchange(snapshot_, std::nullopt);
  const std::vector<record_bytes> taken = std::exchange(waiting_, {});
  const auto covered = static_cast<std::ptrdiff_t>(std::exchange(covered_, 0));
  records_->records.insert(records_->records.end(), taken.begin() + covered, taken.end());
  safe_ += taken.size();
  events.durable(position{safe_});
  if (compacts) events.compacted(true);
  return !waiting_.empty() || snapshot_;
}

instant memory_log::due() const noexcept {
  return !over_ && (opening_ || !waiting_.empty() || snapshot_) ? instant{0} : never;
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::head
