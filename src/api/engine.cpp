#include <rt/core/error.hpp>
#include <rt/detail/coroutine_promise.hpp>
#include <rt/detail/engine.hpp>
#include <rt/detail/failure.hpp>
#include <rt/detail/function_record.hpp>
#include <rt/detail/stored_argument.hpp>
#include <rt/get.hpp>
#include <rt/remote.hpp>
#include <rt/wait.hpp>

#include <vector>

#include "api/simulation.hpp"

namespace rt::detail {

constinit std::atomic<engine*> process_engine{nullptr};
// Written while the process has one thread.
constinit process_end end_forked_child = nullptr;
constinit std::atomic<bool (*)() noexcept> outside_simulation{nullptr};

namespace {

/// The living runtimes. Few, and asked for only by handles of others than the process's one.
class registry {
 public:
  std::uint32_t add(engine& made) {
    const guard held(*this);
    engines_.push_back(&made);
    return ++last_number_;
  }
  void remove(engine& gone) noexcept {
    const guard held(*this);
    std::erase(engines_, &gone);
  }
  /// Whoever else held the lock is not in this process. Shape: returns whether there were any.
  bool forget() noexcept {
    locked_.clear(std::memory_order_release);
    const bool any = !engines_.empty();
    engines_.clear();
    return any;
  }
  /// Calls `on` with the runtime of that number, which cannot be taken out meanwhile; null if none.
  template <class On>
  engine* find(std::uint32_t number, const On& on) noexcept {
    const guard held(*this);
    for (engine* each : engines_) {
      if (each->number() != number) continue;
      on(*each);
      return each;
    }
    return nullptr;
  }

 private:
  struct guard {
    explicit guard(registry& of) noexcept : held(of) {
      while (held.locked_.test_and_set(std::memory_order_acquire)) {
      }
    }
    ~guard() { held.locked_.clear(std::memory_order_release); }
    registry& held;
  };

  std::atomic_flag locked_ = ATOMIC_FLAG_INIT;
  std::vector<engine*> engines_;
  std::uint32_t last_number_ = 0;
};

// Never destroyed: handles may be dropped by destructors of statics.
registry& living() {
  static registry* const made = new registry;
  return *made;
}

/// Is there a simulation, and another thread its own? It may touch nothing of it.
bool is_outside_simulation() noexcept {
  const auto asked = outside_simulation.load(std::memory_order_acquire);
  return asked != nullptr && asked();
}

[[noreturn]] void throw_invalid(const char* text) {
  throw error(errc::invalid_argument, text, outcome::not_started);
}

}  // namespace

engine::engine() : number_(living().add(*this)) {}

void engine::unlist() noexcept { living().remove(*this); }

engine_visit::engine_visit(std::uint32_t number) noexcept : runtime_(this_context().runtime) {
  // The runtime waits for threads that run its tasks.
  if (runtime_ != nullptr && runtime_->number() == number) return;
  runtime_ = nullptr;
  if (is_outside_simulation()) return;
  runtime_ = living().find(
      number, [](engine& found) { found.visitors_.fetch_add(1, std::memory_order_relaxed); });
  counted_ = runtime_ != nullptr;
}

engine_visit::~engine_visit() {
  // Release: what was done there comes before its end.
  if (counted_) runtime_->visitors_.fetch_sub(1, std::memory_order_release);
}

engine& engine_numbered(std::uint32_t number) {
  if (engine* own = this_context().runtime; own != nullptr && own->number() == number) return *own;
  if (is_outside_simulation()) throw_no_runtime();
  engine* found = process_engine.load(std::memory_order_acquire);
  if (found == nullptr || found->number() != number) found = living().find(number, [](engine&) {});
  if (found == nullptr) throw_no_runtime();
  return *found;
}

void disown_runtimes(process_end end) noexcept {
  if (!living().forget()) return;
  end_forked_child = end;
  process_engine.store(nullptr, std::memory_order_relaxed);
  unlock_slabs();
  thread_context& context = this_context();
  context.runtime = nullptr;
  context.frame = nullptr;
  context.member = nullptr;
  context.member_of = 0;
  context.leave = nullptr;
}

void throw_no_runtime() {
  if (is_outside_simulation()) {
    throw error(
        errc::no_runtime,
        "this thread is not the simulation's: a simulated program has one thread, and what it "
        "starts itself may not call rt::",
        outcome::not_started);
  }
  throw error(
      errc::no_runtime,
      end_forked_child != nullptr
          ? "there is no runtime: this process was forked off one that has it, and may only "
            "exec"
          : "there is no runtime: it has ended, or neither rt::run nor an rt::runtime has "
            "begun",
      outcome::not_started);
}

void throw_empty_reference() { throw_invalid("the object_ref is empty: it refers to nothing"); }

void throw_empty_task() {
  throw_invalid("the task is empty: it was given away, or awaited before");
}

void throw_empty_actor() { throw_invalid("the handle is empty: there is no actor behind it"); }

void throw_still_shared() {
  throw_invalid(
      "the object cannot be moved out, since others refer to it, nor copied: read it by rt::pin");
}

void throw_move_only_retry(const function_record& function) {
  throw config_error("retry_exceptions: " + function.name() +
                     " takes a move-only argument, which cannot be given a second time");
}

void check_extent(std::size_t wanted, std::size_t given) {
  if (wanted == given) return;
  throw error(
      errc::invalid_argument,
      "a std::span of " + std::to_string(wanted) + " elements was given " + std::to_string(given),
      outcome::not_started);
}

void abandon(cell& task) noexcept {
  if (task.type->destroy_arguments != nullptr) task.type->destroy_arguments(task);
  ::new (static_cast<void*>(&failure_of(task))) std::exception_ptr();
  task.state.store(static_cast<std::uint32_t>(phase::failed) | observed_bit,
                   std::memory_order_relaxed);
  task.hooks.store(hooks_complete, std::memory_order_release);
  release(task, engine_reference);
}

void throw_get_timeout(const cell& awaited) {
  throw get_timeout_error("get ran out of time waiting for " + name_of(awaited) +
                          "; the reference stays good, the work goes on");
}

std::size_t await_some(const std::vector<cell*>& cells, const wait_options& options) {
  if (!options.num_returns.is_valid() || options.num_returns.value() < 0) {
    throw config_error("num_returns: takes a whole number from 0, not " +
                       to_string(options.num_returns));
  }
  if (!options.timeout.is_valid()) throw config_error("timeout: takes a duration, not NaN");
  const std::size_t wanted =
      std::min(cells.size(), static_cast<std::size_t>(options.num_returns.value()));
  if (wanted == 0) return 0;
  engine& runtime = engine_of(*cells.front());
  std::size_t there = 0;
  for (cell* each : cells) {
    there += each->complete() ? 1 : 0;
    if (there == wanted) return wanted;
  }
  runtime.wait_some(cells.data(), cells.size(), wanted, ends_at(runtime, options.timeout));
  return wanted;
}

}  // namespace rt::detail
