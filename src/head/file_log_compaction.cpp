#include <utility>

#include "core/fault_site.hpp"
#include "core/planted_bug.hpp"
#include "head/file_log.hpp"

// How a snapshot takes the place of a log in a file.
//
//     clear_copy   what an earlier try has left is taken away
//     copy, sync_copy...   a frame at a time, in turn with what is appended to the log
//     copy, sync_copy      the last frame, with all that waits; nothing goes to the log meanwhile
//     replace, sync_replaced   the copy is the log
//
// Until `replace` the log is what it was, and whatever goes wrong has the copy dropped. From then on the
// copy is the log; a loss of power may bring back the old one until that is synced, which has all that
// anybody was told.

namespace rt::head {
inline namespace RT_LANE_VARIANT {
namespace {

std::string copy_of(const std::string& file) { return file + ".new"; }

}  // namespace

void file_log::compact(std::vector<record_bytes> snapshot) {
  copy_.emplace(own_, frames_ + 1, std::move(snapshot));
  copy_cleared_ = false;
  copy_next_ = false;
}

void file_log::compact_on() {
  copy_next_ = false;
  if (!copy_cleared_) {
    begin(work::clear_copy);
    return files_.remove(copy_of(file_), tell_size());
  }
  if (!going_with_copy_ && copy_->is_nearly_whole()) going_with_copy_ = waiting_.size();
  if (!copy_->is_whole()) return write_copy_on();
  begin(work::replace);
  files_.replace(file_, expected(), copy_of(file_), copy_->is(), tell_size());
}

void file_log::write_copy_on() {
  begin(work::copy);
  const expected_file& is = copy_->is();
  files_.append(copy_of(file_), is, is.size, copy_->next_frame(), tell_size());
}

void file_log::give_up_copy(instant now, log_events& events) {
  copy_.reset();
  going_with_copy_.reset();
  // It may be that a newer head writes the log.
  look_at_ = now;
  begin(work::drop_copy);
  files_.remove(copy_of(file_), tell_size());
  events.compacted(false);
}

void file_log::finish_compaction(work was, log_events& events, instant now) {
  if (was == work::drop_copy) return;
  const bool replaced = was == work::sync_replaced;
  if (!end_->size) {
    if (replaced) return fail(end_->size.error(), events);
    return give_up_copy(now, events);
  }
  switch (was) {
    case work::clear_copy: copy_cleared_ = true; return;
    case work::copy:
      copy_->written(*end_->size);
      if (RT_SIMBUG("log.rename_before_sync")) return;
      begin(work::sync_copy);
      return files_.sync(copy_of(file_), tell_size());
    case work::replace:
      size_ = copy_->is().size;
      begins_with_ = copy_->is().begins_with;
      frames_ = copy_->frames();
      if (RT_SIMBUG("log.ack_before_renamed")) {
        events.durable(position{records_ + writing_.size() + *going_with_copy_});
      }
      begin(work::sync_replaced);
      return files_.sync(file_, tell_size());
    default: break;
  }
  if (!replaced) return;
  RT_PROBE("file_log.compacted");
  const std::size_t gone = *std::exchange(going_with_copy_, std::nullopt);
  copy_.reset();
  records_ += writing_.size() + gone;
  writing_.clear();
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(gone));
  events.durable(position{records_});
  events.compacted(true);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::head
