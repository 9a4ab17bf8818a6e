#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/variant.hpp"
#include "head/numbers.hpp"
#include "rt/core/environment.hpp"
#include "rt/core/result.hpp"

namespace rt::head {
inline namespace RT_LANE_VARIANT {

using record_bytes = std::vector<std::byte>;

/// What a head begins with: the term that is now its own, and all records of the terms before it.
struct opened_log {
  term number{};
  std::vector<record_bytes> records;
  /// What a crash had left half written behind them, and was cut off. Nobody was told of that.
  std::uint64_t bytes_cut = 0;
};

/// Hears what happens to a log.   Thread: within its `poll`; may call `append`.
class log_events {
 public:
  /// Once. The term is safe by then: no other head writes from here on without this one's finding out.
  virtual void opened(opened_log all) = 0;
  /// All records up to this one are safe.
  virtual void durable(position up_to) = 0;
  /// What `compact` began has ended. Where it is not done, all is as it was.
  virtual void compacted(bool done) = 0;
  /// A newer head writes the log: this one answers nothing more. Last.
  virtual void fenced() = 0;
  /// The log cannot be read or written, and nobody knows what of the last records is left. Last.
  virtual void failed(error_info why) = 0;

 protected:
  ~log_events() = default;
};

/// Keeps a head's records. Of all heads that have opened one log only the one with the newest term can
/// write it.
///
/// Appends are gathered: what comes while a write is under way goes with the next.
/// Thread: under the baton; never blocks. All is told within `poll`.
class record_log {
 public:
  virtual ~record_log() = default;

  /// Begins to read all and to take the next term. Once, before all else.
  virtual void open() = 0;

  /// Adds a record, in the next position. `opened` has been told.
  virtual void append(record_bytes record) = 0;

  /// Begins to replace all records that were appended so far by these, which say the same. Records are
  /// appended and become safe meanwhile, in the positions that they have anyway.
  /// Shape: one at a time; `compacted` tells its end.
  virtual void compact(std::vector<record_bytes> snapshot) = 0;

  /// Moves what can be moved, and tells what has happened.   Shape: whether there is more at once.
  virtual bool poll(instant now, log_events& events) = 0;
  /// When `poll` has something to do although nothing comes: it also looks whether a newer head has begun.
  virtual instant due() const noexcept = 0;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::head
