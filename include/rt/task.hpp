#pragma once

#include <rt/detail/coroutine_cell.hpp>
#include <rt/detail/coroutine_promise.hpp>

#include <coroutine>
#include <type_traits>
#include <utility>

namespace rt {

/// What a coroutine returns that can be called as a task: `rt::remote<f>` of it counts as one of a
/// function that returns `T`.
///
/// Inside, `co_await` takes an `object_ref<U>` and gives what `get` gives: of an lvalue a copy; of an
/// rvalue the object itself if nobody else refers to it, and that reference is then empty. While it
/// waits the task holds no thread and no CPU; what else it asked for stays held. It goes on where there
/// is a thread, not always the same. `co_await` of another `rt::task<U>`, given away, runs that one as a
/// part of this task. Arguments live until the coroutine ends.
/// A coroutine that is cancelled, or past its deadline, does not wait any more: `co_await` throws
/// `task_cancelled_error` where the object is not there.
/// Owner: one that is called directly, and not awaited, never runs.
template <class T>
class [[nodiscard]] task {
  static_assert(!std::is_reference_v<T> && !std::is_const_v<T> && !std::is_volatile_v<T>,
                "rt::task<T>: T is a value, without reference, const and volatile");

 public:
  using value_type = T;

  struct promise_type : detail::value_promise<T> {
    task get_return_object() noexcept {
      return task(std::coroutine_handle<promise_type>::from_promise(*this));
    }
  };

  task() noexcept = default;
  task(task&& other) noexcept : coroutine_(std::exchange(other.coroutine_, {})) {}
  task& operator=(task&& other) noexcept {
    task(std::move(other)).swap(*this);
    return *this;
  }
  ~task() {
    if (coroutine_) coroutine_.destroy();
  }

  void swap(task& other) noexcept { std::swap(coroutine_, other.coroutine_); }
  friend void swap(task& a, task& b) noexcept { a.swap(b); }

 private:
  template <class U>
  friend class detail::task_awaiter;
  template <class F, class... Items>
  friend struct detail::coroutine_cell;
  explicit task(std::coroutine_handle<promise_type> coroutine) noexcept : coroutine_(coroutine) {}

  std::coroutine_handle<promise_type> coroutine_;
};

}  // namespace rt
