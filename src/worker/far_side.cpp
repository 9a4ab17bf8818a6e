#include "lane/cell_state.hpp"
#include "worker/describe.hpp"
#include "worker/runtime_engine.hpp"

#include <rt/core/error.hpp>
#include <rt/detail/archive.hpp>
#include <rt/detail/call_shape.hpp>
#include <rt/detail/coroutine_root.hpp>
#include <rt/detail/failure.hpp>
#include <rt/detail/function_record.hpp>
#include <rt/detail/payload.hpp>

// A call as it will be between processes, with both ends in this one: the arguments are written down,
// the function is looked up by name, a cell is made from the bytes and run, and its outcome goes back
// as bytes.

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

using detail::cell;
using detail::payload;

namespace {

/// The far side's cell, ended whatever happens.
class far_cell {
 public:
  explicit far_cell(cell* made) noexcept : cell_(made) {}
  far_cell(const far_cell&) = delete;
  far_cell& operator=(const far_cell&) = delete;
  ~far_cell() {
    if (cell_ == nullptr) return;
    if (cell_->type->destroy_arguments != nullptr) cell_->type->destroy_arguments(*cell_);
    detail::release(*cell_, detail::engine_reference);
  }
  cell& operator*() const noexcept { return *cell_; }
  cell* operator->() const noexcept { return cell_; }
  /// Gives it away; it must be ended by whoever gets it.
  cell* take() noexcept { return std::exchange(cell_, nullptr); }

 private:
  cell* cell_;
};

void run_far(void* far) {
  cell& task = *static_cast<cell*>(far);
  task.type->run(task);
}

}  // namespace

std::exception_ptr runtime_engine::call_through_bytes(cell& claimed, detail::task_frame& frame) {
  try {
    payload there;
    {
      detail::output_archive out(there.bytes, &there.references);
      claimed.type->write_arguments(claimed, out);
    }
    const std::string identity = claimed.type->function->identity();
    const detail::function_record* function = detail::find_function(identity);
    if (function == nullptr) {
      throw function_not_found_error("this process has no function " + name_of(claimed) + " (" +
                                     identity + ")");
    }
    detail::actor_core* actor =
        claimed.type->actor != nullptr ? claimed.type->actor(claimed) : nullptr;
    detail::input_archive in(there.bytes, &there.references);
    far_cell far(
        detail::read_call(*function->of_values, in, actor, detail::engine_reference, number_));
    far->state.store(static_cast<std::uint32_t>(detail::phase::running), std::memory_order_relaxed);
    there.clear();

    std::exception_ptr failure = detail::run_guarded(&run_far, &*far, &describe, &frame);
    if (frame.coroutine != nullptr) {
      // It waits; the rest is done when it has ended.
      frame.coroutine->far = far.take();
      return nullptr;
    }
    return bring_back(claimed, frame, *far.take(), std::move(failure));
  } catch (...) {
    return std::current_exception();
  }
}

std::exception_ptr runtime_engine::bring_back(cell& claimed, detail::task_frame& frame,
                                              cell& far_task, std::exception_ptr failure) {
  try {
    const far_cell far(&far_task);
    payload back;
    if (failure != nullptr) {
      if (frame.exits) return failure;
      detail::output_archive out(back.bytes, &back.references);
      detail::write_failure(out, failure);
      detail::input_archive again(back.bytes, &back.references);
      return detail::read_failure(again);
    }
    // What it returned is there, so the far cell is complete.
    lane::finish(*far, false);
    {
      detail::output_archive out(back.bytes, &back.references);
      far->type->write_result(*far, out);
    }
    if (claimed.type->actor != nullptr && !begin_store(claimed)) return nullptr;
    detail::input_archive again(back.bytes, &back.references);
    claimed.type->read_result(claimed, again);
    return nullptr;
  } catch (...) {
    return std::current_exception();
  }
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
