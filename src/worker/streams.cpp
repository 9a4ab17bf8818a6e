#include "lane/cell_state.hpp"
#include "worker/runtime_engine.hpp"
#include "worker/stream_cell.hpp"

#include <rt/detail/make_cell.hpp>
#include <rt/detail/object_type.hpp>

#include <memory>
#include <mutex>
#include <utility>
#include <variant>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

using detail::cell;
using detail::cell_ptr;
using detail::phase;

namespace {

void end_stream_cell(cell& any) noexcept {
  auto& stream = static_cast<stream_cell&>(any);
  std::destroy_at(&stream.objects);
  std::destroy_at(&stream.turn);
  std::destroy_at(&stream.room);
}

constexpr detail::cell_type stream_type = {
    .end = &end_stream_cell,
    .size = sizeof(stream_cell),
    .alignment = alignof(stream_cell),
    .outcome_offset = detail::outcome_offset_of<void>,
};

/// A cell that nobody runs; `signal` completes it.
cell_ptr make_event(std::uint32_t runtime) {
  return cell_ptr::adopt(detail::make_cell<detail::object_cell<void>>(
      detail::plain_type<void>, detail::handle_reference, phase::running, runtime));
}

}  // namespace

void runtime_engine::signal(const cell_ptr& event) {
  if (!event) return;
  ::new (static_cast<void*>(std::addressof(detail::value_of<void>(*event)))) std::monostate();
  const std::uintptr_t list = lane::finish(*event, false);
  if (list != 0) fire(join(), list);
}

cell* runtime_engine::make_stream() {
  return detail::make_cell<stream_cell>(stream_type, number_, world_);
}

void runtime_engine::feed(cell& any, cell& producer) {
  auto& stream = static_cast<stream_cell&>(any);
  stream.end_hook.fire = &end_stream;
  detail::retain(stream, detail::engine_reference);
  if (!lane::hang(producer, lane::link_to(stream.end_hook))) end_stream(stream.end_hook);
}

void runtime_engine::end_stream(detail::continuation& hung) noexcept {
  stream_cell& stream = *static_cast<stream_end_hook&>(hung).home;
  cell_ptr turn;
  {
    const std::lock_guard guard(stream.lock);
    stream.ended = true;
    turn = std::move(stream.turn);
  }
  if (const detail::engine_visit runtime(stream.runtime); runtime) {
    static_cast<runtime_engine*>(runtime.get())->signal(turn);
  }
  detail::release(stream, detail::engine_reference);
}

cell_ptr runtime_engine::put_into(cell& any, cell_ptr object) {
  auto& stream = static_cast<stream_cell&>(any);
  cell_ptr turn;
  cell_ptr room;
  {
    const std::lock_guard guard(stream.lock);
    // Nobody takes it: the producer is about to be cancelled, and waits for that.
    if (!stream.closed) stream.objects.push_back(std::move(object));
    if (stream.closed || stream.objects.size() >= stream_objects_max) {
      if (!stream.room) stream.room = make_event(number_);
      room = stream.room;
    }
    turn = std::move(stream.turn);
  }
  signal(turn);
  return room;
}

cell_ptr runtime_engine::take_from(cell& any, cell_ptr& turn) {
  auto& stream = static_cast<stream_cell&>(any);
  cell_ptr taken;
  cell_ptr room;
  {
    const std::lock_guard guard(stream.lock);
    if (!stream.objects.empty()) {
      taken = std::move(stream.objects.front());
      stream.objects.pop_front();
      if (stream.objects.size() < stream_objects_max) room = std::move(stream.room);
    } else if (!stream.ended) {
      if (!stream.turn) stream.turn = make_event(number_);
      turn = stream.turn;
    }
  }
  signal(room);
  return taken;
}

void runtime_engine::wait_turn(cell& turn, cell& producer) {
  if (detail::this_context().destroying) detail::drain_doomed();
  member& mine = join();
  const firing_pause pause(*this, mine);
  if (!turn.complete()) help(mine, producer);
  if (!turn.complete()) block(mine, turn);
}

void runtime_engine::close(cell& any, cell& producer) noexcept {
  auto& stream = static_cast<stream_cell&>(any);
  std::deque<cell_ptr> untaken;
  {
    const std::lock_guard guard(stream.lock);
    stream.closed = true;
    untaken.swap(stream.objects);
  }
  cancel(producer);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
