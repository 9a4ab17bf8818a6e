#pragma once

#include <cstddef>

#include "core/variant.hpp"
#include "head/settings.hpp"
#include "rt/core/environment.hpp"

namespace rt::head {
inline namespace RT_LANE_VARIANT {

/// Counts the records of a log, and tells when a snapshot should take their place.
/// Thread: a value.
class log_growth {
 public:
  explicit log_growth(std::size_t records) noexcept : records_(records) {}

  void written() noexcept { ++records_; }

  /// Is the log longer than a snapshot of that many records is worth?
  bool is_too_long(std::size_t snapshot, const settings& with, instant now) const noexcept {
    return !compacting_ && now >= again_at_ && records_ > with.log_records_min &&
           records_ > with.log_growth_max * snapshot;
  }
  bool could_be_shorter(std::size_t snapshot) const noexcept {
    return !compacting_ && records_ > snapshot;
  }

  void begin(std::size_t snapshot) noexcept {
    compacting_ = true;
    covered_ = records_;
    snapshot_ = snapshot;
  }
  void end(bool done, const settings& with, instant now) noexcept {
    compacting_ = false;
    if (done) records_ = snapshot_ + (records_ - covered_);
    else again_at_ = now + with.compacted_again_after;
  }

  std::size_t records() const noexcept { return records_; }

 private:
  std::size_t records_;
  bool compacting_ = false;
  /// How many of them the snapshot that is being written stands for, and its own.
  std::size_t covered_ = 0;
  std::size_t snapshot_ = 0;
  instant again_at_ = 0;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::head
