#include "head/log_copy.hpp"

#include <span>
#include <utility>

#include "core/planted_bug.hpp"
#include "head/log_frame.hpp"

namespace rt::head {
inline namespace RT_LANE_VARIANT {

log_copy::log_copy(term by, std::uint64_t number, std::vector<record_bytes> snapshot)
    : by_(by), number_(number), snapshot_(std::move(snapshot)) {}

void log_copy::add(const record_bytes& record) {
  if (!RT_SIMBUG("log.copy_misses_late")) behind_.push_back(record);
}

bool log_copy::is_nearly_whole() const noexcept {
  return begun() && next_ == snapshot_.size() && count_for_frame(behind_, 0) == behind_.size();
}

std::vector<std::byte> log_copy::next_frame() {
  std::vector<std::byte> frame;
  if (!begun() || next_ < snapshot_.size()) {
    const std::size_t count = count_for_frame(snapshot_, next_);
    const std::size_t left = snapshot_.size() - next_ - count;
    frame = write_snapshot_frame(by_, number_, std::span(snapshot_).subspan(next_, count), left);
    next_ += count;
  } else {
    taken_ = count_for_frame(behind_, 0);
    frame = write_log_frame(by_, number_, std::span(behind_).first(taken_));
  }
  if (!begun()) {
    begins_with_.assign(frame.begin(),
                        frame.begin() + static_cast<std::ptrdiff_t>(log_beginning_bytes));
  }
  return frame;
}

void log_copy::written(std::uint64_t size) noexcept {
  if (!begun()) is_.begins_with = std::move(begins_with_);
  is_.size = size;
  ++number_;
  behind_.erase(behind_.begin(), behind_.begin() + static_cast<std::ptrdiff_t>(taken_));
  taken_ = 0;
}

std::size_t count_for_frame(const std::vector<record_bytes>& records, std::size_t from) noexcept {
  std::size_t bytes = 0;
  std::size_t end = from;
  while (end < records.size() && (end == from || bytes < log_frame_bytes_max)) {
    bytes += records[end++].size();
  }
  return end - from;
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::head
