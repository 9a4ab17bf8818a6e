#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/variant.hpp"
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
/// Owner: the storage outlives it.   Errors: a full disk is waited for; all others end it.
class file_log final : public record_log {
 public:
  file_log(storage& files, std::string file, const file_log_options& with);

  void open() override;
  void append(record_bytes record) override { waiting_.push_back(std::move(record)); }
  bool poll(instant now, log_events& events) override;
  instant due() const noexcept override;

 private:
  enum class phase : std::uint8_t { idle, reading, taking_term, ready, over };
  enum class work : std::uint8_t { none, read, confirm, append, sync, look };

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
  void finish(log_events& events, instant now);
  void fail(error_info why, log_events& events);

  storage& files_;
  std::string file_;
  file_log_options with_;
  phase phase_ = phase::idle;
  work work_ = work::none;
  std::shared_ptr<end_of_work> end_ = std::make_shared<end_of_work>();

  std::vector<std::byte> read_;
  /// What was found damaged when it was read before.
  std::vector<std::byte> damaged_;
  std::uint64_t size_ = 0;
  /// What lies behind that and is cut off.
  std::uint64_t torn_ = 0;
  std::uint64_t frames_ = 0;
  std::uint64_t records_ = 0;
  term own_{};
  opened_log opened_;

  std::vector<record_bytes> waiting_;
  std::vector<record_bytes> writing_;
  instant look_at_ = 0;
  instant again_at_ = never;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::head
