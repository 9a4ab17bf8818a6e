#include "lane/cell_state.hpp"
#include "worker/runtime_engine.hpp"

#include <rt/core/error.hpp>
#include <rt/detail/archive.hpp>
#include <rt/detail/call_context.hpp>

#include <utility>
#include <vector>

// Own tasks that run in other processes: out of their queue, and complete again.

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

using detail::call_context;
using detail::cell;

namespace {

/// Of what belongs here so much is looked past for one that can leave.
constexpr std::size_t passed_over_max = 16;

}  // namespace

void runtime_engine::attend_to(attendant& also, foreign_objects& keeper,
                               foreign_actors& actors) noexcept {
  actors_elsewhere_.store(&actors, std::memory_order_release);
  foreign_.store(&keeper, std::memory_order_release);
  attendant_.store(&also, std::memory_order_release);
}

std::uint32_t runtime_engine::shape_of(const resource_set& demand) {
  return resources_.number_of_held(demand);
}

resource_set runtime_engine::demand_of(std::uint32_t shape) { return resources_.demand_of(shape); }

std::size_t runtime_engine::waiting(std::uint32_t shape) const {
  if (shape != 0) return resources_.waiting_of(shape);
  std::size_t all = 0;
  for (lane::shard* at = queue_.first(); at != nullptr; at = at->next) all += at->size();
  return all;
}

std::uint64_t runtime_engine::slots_have_drawn() const noexcept {
  std::uint64_t all = 0;
  for (const member* at = members_.load(std::memory_order_acquire); at != nullptr; at = at->next) {
    all += at->draws.load(std::memory_order_relaxed);
  }
  return all;
}

cell* runtime_engine::draw_to_leave(std::uint32_t shape, std::size_t& stay) {
  member& mine = join();
  std::vector<cell*> staying;
  cell* found = nullptr;
  lane::shard* from = queue_.first();
  while (found == nullptr && staying.size() < passed_over_max) {
    cell* drawn = nullptr;
    if (shape != 0) {
      drawn = resources_.take_waiting(shape);
    } else {
      while (from != nullptr && (drawn = from->steal()) == nullptr) from = from->next;
    }
    if (drawn == nullptr) break;
    if (drawn->type->write_arguments == nullptr || drawn->type->actor != nullptr) {
      staying.push_back(drawn);
    } else if (lane::claim(*drawn) &&
               !refuse(mine, *drawn, nullptr, drawn->context.load(std::memory_order_relaxed))) {
      found = drawn;
    } else {
      detail::release(*drawn, detail::engine_reference);
    }
  }
  stay = staying.size();
  for (cell* const each : staying) {
    if (shape == 0) push(mine, *each, expected_ns(*each));
    else if (resources_.push(shape, *each)) wake_slot();
  }
  return found;
}

void runtime_engine::complete_left(cell& task, const value_view& value) {
  std::exception_ptr failure;
  try {
    detail::input_archive in(value.bytes.data(), value.bytes.size(), &value.references);
    task.type->read_result(task, in);
  } catch (...) {
    failure = std::current_exception();
  }
  fail_left(task, std::move(failure));
}

void runtime_engine::fail_left(cell& task, std::exception_ptr failure) {
  conclude(join(), task, nullptr, detail::task_frame{}, std::move(failure));
  detail::release(task, detail::engine_reference);
}

void runtime_engine::come_home(cell& task, std::uint32_t shape, std::uint32_t attempt,
                               std::int32_t retries_left) {
  call_context* const context = task.context.load(std::memory_order_acquire);
  if (context != nullptr && context->owner == &task) {
    context->attempt = attempt;
    context->retries_left = retries_left;
  }
  lane::unclaim(task);
  if (shape == 0) push(join(), task, expected_ns(task));
  else if (resources_.push(shape, task)) wake_slot();
}

bool runtime_engine::retries_left(cell& task, std::uint32_t& attempt) {
  return retries(task, attempt);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
