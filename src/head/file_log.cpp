#include "head/file_log.hpp"

#include <algorithm>
#include <utility>

#include "core/fault_site.hpp"
#include "core/planted_bug.hpp"
#include "head/log_frame.hpp"

namespace rt::head {
inline namespace RT_LANE_VARIANT {
namespace {

constexpr std::size_t read_bytes_max = std::size_t{1} << 20;

}  // namespace

file_log::file_log(storage& files, std::string file, const file_log_options& with)
    : files_(files), file_(std::move(file)), with_(with) {}

void file_log::open() {
  phase_ = phase::reading;
  read_on();
}

void file_log::append(record_bytes record) {
  // With the last frame of a copy nothing more goes: what comes behind waits for the log after that.
  if (copy_ && !going_with_copy_) copy_->add(record);
  waiting_.push_back(std::move(record));
}

storage::completion<std::uint64_t> file_log::tell_size() {
  return [end = std::weak_ptr<end_of_work>(end_)](result<std::uint64_t> size) {
    if (const auto told = end.lock()) {
      told->size = std::move(size);
      told->done = true;
    }
  };
}

void file_log::begin(work what) noexcept {
  work_ = what;
  end_->done = false;
}

storage::completion<std::vector<std::byte>> file_log::tell_bytes() {
  return [end = std::weak_ptr<end_of_work>(end_)](result<std::vector<std::byte>> bytes) {
    if (const auto told = end.lock()) {
      told->bytes = std::move(bytes);
      told->done = true;
    }
  };
}

void file_log::read_on() {
  begin(work::read);
  files_.read(file_, read_.size(), read_bytes_max, tell_bytes());
}

void file_log::read_anew() {
  phase_ = phase::reading;
  read_.clear();
  read_on();
}

bool file_log::poll(instant now, log_events& events) {
  if (phase_ == phase::idle || phase_ == phase::over) return false;
  bool more = files_.poll();
  if (work_ != work::none && end_->done) finish(events, now);
  if (phase_ == phase::over) return false;
  if (work_ == work::none && now >= again_at_) {
    again_at_ = never;
    if (phase_ == phase::taking_term) take_term();
  }
  if (work_ != work::none || phase_ != phase::ready || again_at_ != never) return more;
  const bool writes = !waiting_.empty() || !writing_.empty();
  if (copy_ && (copy_next_ || !writes || going_with_copy_)) {
    compact_on();
  } else if (writes) {
    if (RT_BUGGIFY("file_log.commit_late")) {
      again_at_ = now + with_.room_awaited;
      return more;
    }
    if (waiting_.size() > 1) RT_PROBE("file_log.commit_was_late");
    copy_next_ = true;
    write_next();
  } else if (now >= look_at_) {
    look(now);
  }
  return more;
}

void file_log::look(instant now) {
  look_at_ = now + with_.looked_every;
  begin(work::look);
  // Nothing is appended, only compared.
  files_.append(file_, expected(), size_, {}, tell_size());
}

instant file_log::due() const noexcept {
  if (phase_ == phase::idle || phase_ == phase::over || work_ != work::none) return never;
  if (again_at_ != never) return again_at_;
  return phase_ == phase::ready && waiting_.empty() && !copy_ ? look_at_ : instant{0};
}

void file_log::take_all_read(log_events& events) {
  scanned_log scanned = scan_log(read_);
  if (!scanned.damage.empty() && read_ != damaged_) {
    // It may be what two pieces looked like between which another head has cut: read once more.
    damaged_ = std::exchange(read_, {});
    return read_anew();
  }
  if (!scanned.damage.empty()) {
    return fail({.code = errc::storage,
                 .message = "the head's log " + file_ + " is damaged behind byte " +
                            std::to_string(scanned.good_bytes) + ": " + scanned.damage},
                events);
  }
  size_ = scanned.good_bytes;
  frames_ = scanned.frames;
  records_ = scanned.records.size();
  own_ = term{static_cast<std::uint64_t>(scanned.newest) + 1};
  torn_ = read_.size() - scanned.good_bytes;
  const auto beginning = std::min(read_.size(), log_beginning_bytes);
  begins_with_.assign(read_.begin(), read_.begin() + static_cast<std::ptrdiff_t>(beginning));
  opened_ = {.number = own_,
             .records = std::move(scanned.records),
             .bytes_cut = std::max(opened_.bytes_cut, torn_)};
  phase_ = phase::taking_term;
  if (torn_ == 0) return take_term();
  // It was read in pieces, and another head may have cut the end off between two of them: what is to be
  // cut is looked at once more in one piece. From then on the file's length tells of any change.
  begin(work::confirm);
  files_.read(file_, size_, static_cast<std::size_t>(torn_) + 1, tell_bytes());
}

void file_log::take_term() {
  begin(work::append);
  // Longer than what is cut off: a file whose length came back would let another head cut this one's term.
  const auto longer = static_cast<std::size_t>(torn_) + 1;
  std::vector<std::byte> frame = write_log_frame(own_, frames_ + 1, {}, longer);
  // It may be the log's first.
  const auto beginning = frame.begin() + static_cast<std::ptrdiff_t>(log_beginning_bytes);
  begins_then_ = size_ != 0 ? begins_with_ : std::vector<std::byte>(frame.begin(), beginning);
  files_.append(file_, expected(), size_, std::move(frame), tell_size());
}

void file_log::write_next() {
  // A group that found no room is written again as it was.
  if (writing_.empty()) {
    const std::size_t count = count_for_frame(waiting_, 0);
    const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(count);
    writing_.assign(std::move_iterator(waiting_.begin()), std::move_iterator(end));
    waiting_.erase(waiting_.begin(), end);
  }
  begin(work::append);
  files_.append(file_, expected(), size_, write_log_frame(own_, frames_ + 1, writing_),
                tell_size());
}

void file_log::finish(log_events& events, instant now) {
  const work was = std::exchange(work_, work::none);
  if (was >= work::clear_copy) return finish_compaction(was, events, now);
  const bool reads = was == work::read || was == work::confirm;
  const error_info* const wrong = reads ? (end_->bytes ? nullptr : &end_->bytes.error())
                                        : (end_->size ? nullptr : &end_->size.error());
  if (wrong != nullptr) {
    if (wrong->code == errc::out_of_disk) {
      again_at_ = now + with_.room_awaited;
      return;
    }
    if (wrong->code != errc::file_changed) return fail(*wrong, events);
    // Before the term is ours, another head may still write: what it wrote belongs to what we read.
    if (phase_ != phase::ready) return read_anew();
    phase_ = phase::over;
    return events.fenced();
  }
  switch (was) {
    case work::read:
      if (end_->bytes->empty()) return take_all_read(events);
      read_.insert(read_.end(), end_->bytes->begin(), end_->bytes->end());
      return read_on();
    case work::confirm: {
      const auto torn = read_.end() - static_cast<std::ptrdiff_t>(torn_);
      if (!std::equal(torn, read_.end(), end_->bytes->begin(), end_->bytes->end())) {
        return read_anew();
      }
      return take_term();
    }
    case work::append:
      size_ = *end_->size;
      torn_ = 0;
      if (phase_ == phase::taking_term) begins_with_ = std::move(begins_then_);
      ++frames_;
      begin(work::sync);
      return files_.sync(file_, tell_size());
    case work::sync:
      if (phase_ == phase::taking_term) {
        phase_ = phase::ready;
        read_ = {};
        damaged_ = {};
        look_at_ = now + with_.looked_every;
        return events.opened(std::move(opened_));
      }
      records_ += writing_.size();
      writing_.clear();
      return events.durable(position{records_});
    default: return;  // `look`: it is as it was
  }
}

void file_log::fail(error_info why, log_events& events) {
  phase_ = phase::over;
  events.failed(std::move(why));
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::head
