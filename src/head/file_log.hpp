#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/variant.hpp"
#include "head/log_copy.hpp"
#include "head/record_log.hpp"
#include "rt/core/storage.hpp"

namespace rt::head {
inline namespace RT_LANE_VARIANT {

/// Times of a log in a file.   Units: nanoseconds.
struct file_log_options {
  static constexpr instant ms = 1'000'000;

  /// How often it looks whether a newer head has begun, while it writes nothing.
  instant looked_every = 500 * ms;
  /// After which it tries again where the disk is full.
  instant room_awaited = 100 * ms;
};

/// A log in one file of a storage.
///
/// One write is under way at a time: a frame with all records that had been appended by then, and its
/// sync. So what a loss of power can take, or leave in part, is the last frame, of which nobody has been
/// told. A term is a frame without records. A head appends where it takes the log's end to be; where
/// another has written behind its back, that fails, and it is fenced: so no clock and no lock is needed.
///
/// A snapshot is written to a second file, a frame at a time, in turn with what is appended. When that
/// file has all but a last frame, this one goes there alone; the file is synced, takes the log's place, and
/// is synced under its name: so records wait for a snapshot as long as for two writes at most.
/// Owner: the storage outlives it.   Errors: a full disk is waited for; all others end it.
class file_log final : public record_log {
 public:
  file_log(storage& files, std::string file, const file_log_options& with);

  void open() override;
  void append(record_bytes record) override;
  void compact(std::vector<record_bytes> snapshot) override;
  bool poll(instant now, log_events& events) override;
  instant due() const noexcept override;

 private:
  enum class phase : std::uint8_t { idle, reading, taking_term, ready, over };
  enum class work : std::uint8_t {
    none,
    read,
    confirm,
    append,
    sync,
    look,
    // Of the file that is to take its place:
    clear_copy,
    copy,
    sync_copy,
    replace,
    sync_replaced,
    drop_copy,
  };

  /// What is under way tells its end here; a log that is gone is told nothing.
  struct end_of_work {
    bool done = false;
    result<std::uint64_t> size = std::uint64_t{0};
    result<std::vector<std::byte>> bytes = std::vector<std::byte>();
  };

  storage::completion<std::uint64_t> tell_size();
  storage::completion<std::vector<std::byte>> tell_bytes();
  void begin(work what) noexcept;
  void read_on();
  void read_anew();
  void take_all_read(log_events& events);
  void take_term();
  void write_next();
  void look(instant now);
  // file_log_compaction.cpp
  void compact_on();
  void write_copy_on();
  void give_up_copy(instant now, log_events& events);
  void finish_compaction(work was, log_events& events, instant now);
  void finish(log_events& events, instant now);
  void fail(error_info why, log_events& events);
  expected_file expected() const { return {.size = size_ + torn_, .begins_with = begins_with_}; }

  storage& files_;
  std::string file_;
  file_log_options with_;
  phase phase_ = phase::idle;
  work work_ = work::none;
  std::shared_ptr<end_of_work> end_ = std::make_shared<end_of_work>();

  std::vector<std::byte> read_;
  /// What was found damaged when it was read before.
  std::vector<std::byte> damaged_;
  /// The log as this head takes it to be.
  std::uint64_t size_ = 0;
  std::vector<std::byte> begins_with_;
  /// Once the term is its own.
  std::vector<std::byte> begins_then_;
  /// What lies behind that and is cut off.
  std::uint64_t torn_ = 0;
  std::uint64_t frames_ = 0;
  std::uint64_t records_ = 0;
  term own_{};
  opened_log opened_;

  std::vector<record_bytes> waiting_;
  std::vector<record_bytes> writing_;
  std::optional<log_copy> copy_;
  bool copy_cleared_ = false;
  /// The next turn is the copy's.
  bool copy_next_ = false;
  /// How many of those that wait go with the copy's last frame, and no other way.
  std::optional<std::size_t> going_with_copy_;
  instant look_at_ = 0;
  instant again_at_ = never;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::head
