#include <rt/core/error.hpp>
#include <rt/detail/call_context.hpp>
#include <rt/detail/cell.hpp>
#include <rt/detail/engine.hpp>
#include <rt/detail/failure.hpp>

#include <utility>

namespace rt::detail {

namespace {

/// What is said of a failure that nobody can ask for any more. Cancelled work and the calls of an
/// actor that ended are no news.
void log_unseen(cell& failed) noexcept {
  engine* runtime = process_engine.load(std::memory_order_acquire);
  if (runtime == nullptr || runtime->number() != failed.runtime) return;
  try {
    try {
      std::rethrow_exception(failure_of(failed));
    } catch (const task_cancelled_error&) {
    } catch (const actor_died_error&) {
    } catch (const std::exception& unseen) {
      runtime->world().log(std::string("a failure that no one has seen: ") + unseen.what());
    } catch (...) {
      runtime->world().log("a failure that no one has seen");
    }
  } catch (...) {
    // A message that could not be made is not worth the process.
  }
}

void destroy_one(cell& doomed) noexcept {
  const std::uint32_t state = doomed.state.load(std::memory_order_relaxed);
  const cell_type& type = *doomed.type;
  if (static_cast<phase>(state & phase_mask) == phase::value) {
    if (type.destroy_result != nullptr) type.destroy_result(doomed);
  } else if (static_cast<phase>(state & phase_mask) == phase::failed) {
    if ((state & observed_bit) == 0) log_unseen(doomed);
    std::destroy_at(&failure_of(doomed));
  }
  if (type.end != nullptr) type.end(doomed);
  if (call_context* context = doomed.context.load(std::memory_order_relaxed)) release(*context);
  free_cell(&doomed, type.size, type.alignment);
}

}  // namespace

void destroy_cell(cell& doomed) noexcept {
  const cell_type& type = *doomed.type;
  if (type.destroy_result == nullptr && type.end == nullptr &&
      static_cast<phase>(doomed.state.load(std::memory_order_relaxed) & phase_mask) ==
          phase::value &&
      doomed.context.load(std::memory_order_relaxed) == nullptr) {
    // Nothing else ends with it.
    free_cell(&doomed, type.size, type.alignment);
    return;
  }
  thread_context& context = this_context();
  doomed.next = reinterpret_cast<std::uintptr_t>(context.doomed);
  context.doomed = &doomed;
  if (!context.destroying) {
    context.destroying = true;
    drain_doomed();
    context.destroying = false;
  }
}

void release_known(cell& held, std::uint32_t kind) noexcept {
  // Kept until it has been told: another thread's news of the same may end it meanwhile.
  held.references.fetch_add(engine_reference, std::memory_order_relaxed);
  const std::uint32_t before = held.references.fetch_sub(kind, std::memory_order_acq_rel);
  if (((before - kind) & handles_mask) == 0) {
    const engine_visit runtime(held.runtime);
    if (runtime) runtime->last_handle_gone(held);
  }
  release(held, engine_reference);
}

void drain_doomed() noexcept {
  thread_context& context = this_context();
  while (cell* doomed = context.doomed) {
    context.doomed = reinterpret_cast<cell*>(doomed->next);
    destroy_one(*doomed);
  }
}

void release(call_context& context) noexcept {
  call_context* at = &context;
  // A loop, since a chain of children may be as long as a program likes.
  while (at != nullptr && at->references.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    delete std::exchange(at, at->parent);
  }
}

void rethrow_failure(cell& failed) {
  if ((failed.state.load(std::memory_order_relaxed) & observed_bit) == 0) {
    failed.state.fetch_or(observed_bit, std::memory_order_relaxed);
  }
  std::rethrow_exception(failure_of(failed));
}

}  // namespace rt::detail
