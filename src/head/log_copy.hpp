#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/variant.hpp"
#include "head/numbers.hpp"
#include "head/record_log.hpp"
#include "rt/core/storage.hpp"

namespace rt::head {
inline namespace RT_LANE_VARIANT {

/// The file that is to take the place of a log: what of it is written, and what comes next.
/// Thread: a value.
class log_copy {
 public:
  /// Shape: `number` is that of its first frame: behind all that the log has, so that the two differ by
  /// how they begin.
  log_copy(term by, std::uint64_t number, std::vector<record_bytes> snapshot);

  /// Takes a record that was appended to the log behind those that the snapshot stands for.
  void add(const record_bytes& record);

  /// Does it hold all but what fits in one more frame?
  bool is_nearly_whole() const noexcept;
  bool is_whole() const noexcept { return begun() && next_ == snapshot_.size() && behind_.empty(); }

  /// Returns the next frame. `written` follows before the next.   Shape: not where it is whole.
  std::vector<std::byte> next_frame();
  void written(std::uint64_t size) noexcept;

  const expected_file& is() const noexcept { return is_; }
  /// Of the last frame that is written.
  std::uint64_t frames() const noexcept { return number_ - 1; }

 private:
  bool begun() const noexcept { return is_.size != 0; }

  term by_;
  std::uint64_t number_;
  std::vector<record_bytes> snapshot_;
  /// What of the snapshot and of `behind_` is in frames, the one being written included.
  std::size_t next_ = 0;
  std::size_t taken_ = 0;
  std::vector<record_bytes> behind_;
  expected_file is_;
  std::vector<std::byte> begins_with_;
};

/// Counts how many of the records fit in one frame, of those from `from` on.
std::size_t count_for_frame(const std::vector<record_bytes>& records, std::size_t from) noexcept;

}  // namespace RT_LANE_VARIANT
}  // namespace rt::head
