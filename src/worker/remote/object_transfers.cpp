#include "worker/remote/object_transfers.hpp"

#include "core/fault_site.hpp"
#include "core/planted_bug.hpp"
#include "worker/remote/object_errors.hpp"
#include "worker/remote/transfers_outside.hpp"

#include <rt/core/error.hpp>

#include <cstring>
#include <mutex>
#include <new>
#include <utility>
#include <variant>

// What the book wants done here: memory, copies that are read, waits that end.

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

namespace transfers = store::transfers;

namespace {

/// Pieces go on sessions of their own, over links that small frames go over as well.
constexpr transfers::options limits{.chunk_bytes_max = std::uint64_t{256} << 10,
                                    .window = 4,
                                    .budget_bytes = std::uint64_t{2} << 20};

/// A copy that came damaged so often is not asked for again.
constexpr unsigned damaged_max = 3;

}  // namespace

object_transfers::object_transfers(environment& world, rpc::switchboard& board, name_tables& names,
                                   known_processes& processes, transfer_host& host,
                                   std::uint64_t self)
    : world_(world),
      board_(board),
      names_(names),
      processes_(processes),
      host_(host),
      book_(transfers::incarnation{self}, limits),
      outside_(std::make_shared<outside>(world)) {}

object_transfers::~object_transfers() = default;

void object_transfers::fill_inline(const object_id& object) {
  transfers::effects out;
  book_.fill_inline(object, world_.now(), out);
  act(out);
}

void object_transfers::fail(const object_id& object) {
  transfers::effects out;
  book_.fail(object, world_.now(), out);
  act(out);
}

void object_transfers::fill_stored(const object_id& object, const transfers::content& of,
                                   std::uint64_t holder) {
  transfers::effects out;
  book_.fill_stored(object, of, transfers::incarnation{holder}, world_.now(), out);
  act(out);
}

void object_transfers::free(const object_id& object) {
  transfers::effects out;
  book_.free(object, world_.now(), out);
  act(out);
}

void object_transfers::cannot_rebuild(const object_id& object, transfers::loss why) {
  transfers::effects out;
  book_.cannot_rebuild(object, why, world_.now(), out);
  act(out);
}

transfers::content object_transfers::keep(const object_id& object, const written_content& made) {
  const transfers::content of{made.bytes(), made.checksum()};
  transfers::effects out;
  const transfers::buffer_number to = book_.keep(object, of, world_.now(), out);
  buffers_[to] = {.bytes = made.buffer(), .verified = true};
  act(out);
  return of;
}

transfers::wait_number object_transfers::want(const object_id& object, end_handler handler) {
  const transfers::wait_number which{++last_number_};
  waits_[which] = {.object = object, .handler = std::move(handler)};
  transfers::effects out;
  book_.want(object, which, world_.now(), out);
  for (const transfers::effects::wait_ended& each : std::exchange(out.ended, {})) {
    if (each.how == transfers::wait_end::here) end(each, {});
    else over_at_once_.emplace_back(each.wait, lost_error(object, each.why));
  }
  if (!over_at_once_.empty()) outside_->news.store(true, std::memory_order_release);
  act(out);
  return which;
}

void object_transfers::unwant(transfers::wait_number wait) {
  const auto found = waits_.find(wait);
  if (found == waits_.end()) return;
  const object_id object = found->second.object;
  waits_.erase(found);
  transfers::effects out;
  book_.unwant(object, wait, world_.now(), out);
  act(out);
}

void object_transfers::attend(attendant::deferred& later) {
  outside_->news.store(false, std::memory_order_seq_cst);
  std::vector<reading> read;
  std::vector<transfers::ask_number> left;
  {
    const std::lock_guard guard(outside_->lock);
    read.swap(outside_->read);
    left.swap(outside_->left);
  }
  transfers::effects out;
  for (const transfers::ask_number each : left) book_.left(each, out);
  const instant now = world_.now();
  for (const transfers::ask_number each : std::exchange(unanswered_, {})) {
    book_.unanswered(each, now, out);
  }
  if (now >= book_.due()) book_.tick(now, out);
  act(out);
  for (reading& each : read) take_reading(each);
  for (auto& [wait, failure] : std::exchange(over_at_once_, {})) finish(wait, {.failure = failure});
  for (auto& each : later_) later.push_back(std::move(each));
  later_.clear();
}

bool object_transfers::has_news() const noexcept {
  return outside_->news.load(std::memory_order_acquire);
}

void object_transfers::ended(rpc::session_id session) {
  std::erase_if(askers_, [&](const auto& each) { return each.second.session == session; });
}

void object_transfers::died(std::uint64_t process) {
  transfers::effects out;
  book_.died(transfers::incarnation{process}, world_.now(), out);
  act(out);
}

bool object_transfers::empty() const noexcept {
  return buffers_.empty() && waits_.empty() && book_.pulling().asks().empty() &&
         book_.teller().telling().empty() && book_.owner().freeing().empty() &&
         book_.owner().records().empty();
}

void object_transfers::act(transfers::effects& what, const brought& with) {
  for (const transfers::effects::buffer_made& each : what.made) make(each);
  for (const transfers::effects::piece_written& each : what.written) write(each, with);
  for (const transfers::effects::letter& each : what.letters) send(each);
  for (const transfers::effects::wait_ended& each : what.ended) end(each, with);
  for (const transfers::buffer_number each : what.dropped) {
    if (!RT_SIMBUG("object_transfers.freed_copy_kept")) buffers_.erase(each);
  }
  for (const object_id& each : what.rebuild) host_.copies_gone(each);
}

void object_transfers::make(const transfers::effects::buffer_made& made) {
  if (buffers_.contains(made.buffer)) return;
  try {
    auto bytes = std::make_shared<detail::byte_buffer>();
    bytes->extend(made.bytes);
    buffers_[made.buffer] = {.bytes = std::move(bytes)};
  } catch (const std::bad_alloc&) {
    const std::string text = "no memory for the " + std::to_string(made.bytes) +
                             " bytes of the object " + to_string(made.object);
    std::vector<transfers::wait_number> in_vain;
    for (const auto& [which, each] : waits_) {
      if (each.object == made.object) in_vain.push_back(which);
    }
    for (const transfers::wait_number each : in_vain) {
      const end_handler handler = std::move(waits_.at(each).handler);
      unwant(each);
      handler({.failure = std::make_exception_ptr(out_of_memory_error(text))});
    }
  }
}

void object_transfers::write(const transfers::effects::piece_written& piece, const brought& with) {
  const auto to = buffers_.find(piece.buffer);
  if (to == buffers_.end() || with.tail.size() != piece.bytes) return;
  copy& of = to->second;
  std::memcpy(of.bytes->data() + piece.offset, with.tail.data(), piece.bytes);
  if (of.source && of.source != with.from) RT_PROBE("object_transfers.source_changed");
  of.source = with.from;
}

void object_transfers::end(const transfers::effects::wait_ended& ended, const brought& with) {
  switch (ended.how) {
    case transfers::wait_end::here: {
      const transfers::held_copy* const held = [&]() -> const transfers::held_copy* {
        const auto found = book_.held().copies().find(ended.object);
        return found != book_.held().copies().end() ? &found->second : nullptr;
      }();
      // It is dropped in the same step, with its owner.
      if (held == nullptr) {
        return finish(ended.wait,
                      {.failure = lost_error(ended.object, transfers::loss::owner_died)});
      }
      return read_copy(ended.wait, held->of, ended.buffer);
    }
    case transfers::wait_end::inline_value:
    case transfers::wait_end::failed:
      return finish(ended.wait, {.how = ended.how, .answer = with.answer, .from = with.from});
    case transfers::wait_end::lost: {
      const auto* told =
          with.answer != nullptr ? std::get_if<wire::failure>(&with.answer->object) : nullptr;
      return finish(ended.wait,
                    {.failure = told != nullptr ? make_error(told->code, told->text, told->outcome)
                                                : lost_error(ended.object, ended.why)});
    }
  }
}

void object_transfers::read_copy(transfers::wait_number which, const transfers::content& of,
                                 transfers::buffer_number buffer) {
  const auto found = buffers_.find(buffer);
  if (found == buffers_.end()) return;
  if (!found->second.verified && RT_BUGGIFY("object_transfers.copy_damaged")) {
    found->second.bytes->data()[of.bytes / 2] ^= std::byte{1};
  }
  outside_->news.store(true, std::memory_order_release);
  later_.push_back([outside = outside_, which, buffer, sum = of.checksum,
                    bytes = std::shared_ptr<const detail::byte_buffer>(found->second.bytes)] {
    result<read_content> content = error_info{};
    try {
      content = read(bytes, sum);
    } catch (const std::bad_alloc&) {
      content = error_info{.code = errc::out_of_memory,
                           .outcome = outcome::unknown,
                           .message = "no memory for the arrays of an object"};
    }
    {
      const std::lock_guard guard(outside->lock);
      outside->read.push_back({which, buffer, std::move(content)});
    }
    outside->news.store(true, std::memory_order_release);
  });
}

void object_transfers::take_reading(reading& read) {
  const auto found = waits_.find(read.wait);
  if (found == waits_.end()) return;
  wait& of = found->second;
  if (read.content) {
    if (const auto at = buffers_.find(read.buffer); at != buffers_.end())
      at->second.verified = true;
    return finish(read.wait, {.how = transfers::wait_end::here, .content = &*read.content});
  }
  if (read.content.error().code == errc::out_of_memory) {
    return finish(
        read.wait,
        {.failure = std::make_exception_ptr(out_of_memory_error(read.content.error().message))});
  }
  world_.log("the object " + to_string(of.object) +
             " has come damaged: " + read.content.error().message);
  const object_id object = of.object;
  const bool again = ++of.damaged < damaged_max;
  transfers::effects out;
  const auto held = book_.held().copies().find(object);
  if (held != book_.held().copies().end() && held->second.buffer == read.buffer) {
    book_.drop(object, world_.now(), out);
  }
  if (again) book_.want(object, read.wait, world_.now(), out);
  act(out);
  if (again) return;
  finish(read.wait, {.failure = std::make_exception_ptr(object_lost_error(
                         "the object " + to_string(object) + " has come damaged each time"))});
}

void object_transfers::finish(transfers::wait_number which, const transfer_end& how) {
  const auto found = waits_.find(which);
  if (found == waits_.end()) return;
  const end_handler handler = std::move(found->second.handler);
  waits_.erase(found);
  handler(how);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
