#pragma once

#include <rt/detail/coroutine_root.hpp>
#include <rt/fwd.hpp>
#include <rt/get.hpp>
#include <rt/object_ref.hpp>
#include <rt/object_ref_stream.hpp>

#include <coroutine>
#include <cstddef>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

namespace rt::detail {

/// Waits for a cell inside a coroutine.
class cell_awaiter {
 public:
  cell_awaiter(coroutine_root& root, cell_ptr awaited) noexcept
      : root_(&root), awaited_(std::move(awaited)) {}

  bool await_ready() const noexcept { return awaited_->complete(); }
  void await_suspend(std::coroutine_handle<> waiting) noexcept {
    root_->next = waiting;
    root_->awaited = awaited_.get();
  }

 protected:
  /// Throws if the engine has given the wait up.
  void check_waited() {
    if (root_->refused) std::rethrow_exception(std::exchange(root_->refused, nullptr));
  }

  coroutine_root* root_;
  cell_ptr awaited_;
};

/// `co_await` of a reference: what `get` gives.
template <class T, bool Takes>
class ref_awaiter : public cell_awaiter {
 public:
  using cell_awaiter::cell_awaiter;

  T await_resume() {
    check_waited();
    if (awaited_->now() == phase::failed) rethrow_failure(*awaited_);
    if constexpr (Takes) {
      const cell_ptr held = std::move(awaited_);
      return take_value<T>(*held);
    } else {
      return copy_value<T>(*awaited_);
    }
  }
};

/// `co_yield`: waits for room, if there is none.
class yield_awaiter : public cell_awaiter {
 public:
  using cell_awaiter::cell_awaiter;
  bool await_ready() const noexcept { return !awaited_ || cell_awaiter::await_ready(); }
  void await_resume() { check_waited(); }
};

/// `co_await stream.next()`.
template <class T>
class next_awaiter : public cell_awaiter {
 public:
  next_awaiter(coroutine_root& root, stream_source& source)
      : cell_awaiter(root, {}), source_(&source), taken_(source.try_next(awaited_)) {}
  bool await_ready() const noexcept { return !awaited_ || cell_awaiter::await_ready(); }
  object_ref<T> await_resume() {
    check_waited();
    // It was this one's turn: there is an object, or the end.
    if (awaited_) {
      cell_ptr turn;
      taken_ = source_->try_next(turn);
    }
    return access::make_ref<T>(std::move(taken_));
  }

 private:
  stream_source* source_;
  cell_ptr taken_;
};

template <class A>
inline constexpr bool is_stream_step = false;
template <class T>
inline constexpr bool is_stream_step<stream_step<T>> = true;

[[noreturn]] void throw_empty_task();

/// `co_await` of another coroutine, which runs as a part of this task.
template <class T>
class task_awaiter {
 public:
  task_awaiter(coroutine_root& root, task<T> awaited) : root_(&root), awaited_(std::move(awaited)) {
    if (!awaited_.coroutine_) throw_empty_task();
  }

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> waiting) noexcept {
    awaited_.coroutine_.promise().caller = waiting;
    awaited_.coroutine_.promise().root = root_;
    root_->next = awaited_.coroutine_;
  }
  T await_resume() { return awaited_.coroutine_.promise().take(); }

 private:
  coroutine_root* root_;
  task<T> awaited_;
};

template <class A>
inline constexpr bool is_task = false;
template <class T>
inline constexpr bool is_task<task<T>> = true;

/// What all coroutines of the library have in common.
struct coroutine_promise {
  coroutine_root* root = nullptr;
  /// The coroutine that awaits this one; empty for the task's own.
  std::coroutine_handle<> caller = {};
  std::exception_ptr failure = {};

  struct final_awaiter {
    coroutine_promise* ended;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<>) noexcept {
      if (ended->caller) ended->root->next = ended->caller;
      else ended->root->ended = true;
    }
    void await_resume() const noexcept {}
  };

  // Nothing of it runs before its task does, or who awaits it.
  std::suspend_always initial_suspend() const noexcept { return {}; }
  final_awaiter final_suspend() noexcept { return {this}; }
  void unhandled_exception() noexcept { failure = std::current_exception(); }

  template <class A>
  auto await_transform(A&& awaited) {
    using bare = std::remove_cvref_t<A>;
    if constexpr (is_object_ref<bare>) {
      using T = referred_t<bare>;
      checked_cell(awaited);
      if constexpr (std::is_lvalue_reference_v<A> || std::is_const_v<std::remove_reference_t<A>>) {
        return ref_awaiter<T, false>(*root, access::cell_of(awaited));
      } else {
        return ref_awaiter<T, true>(*root, std::move(access::cell_of(awaited)));
      }
    } else if constexpr (is_task<bare> && !std::is_lvalue_reference_v<A>) {
      return task_awaiter(*root, std::move(awaited));
    } else if constexpr (is_stream_step<bare>) {
      using T = typename bare::value_type;
      return next_awaiter<T>(*root, stream_access::source_of(*awaited.stream));
    } else {
      static_assert(!is_task<bare> || !std::is_lvalue_reference_v<A>,
                    "rt: a task is awaited once: give it away, co_await std::move(task)");
      static_assert(is_task<bare>,
                    "rt: co_await takes an rt::object_ref or an rt::task in coroutines of this "
                    "library");
      return std::suspend_never();
    }
  }

  static void* operator new(std::size_t bytes) {
    return allocate_cell(bytes, alignof(std::max_align_t));
  }
  static void operator delete(void* memory, std::size_t bytes) noexcept {
    free_cell(memory, bytes, alignof(std::max_align_t));
  }
};

/// The promise of a coroutine with a result.
template <class T>
struct value_promise : coroutine_promise {
  std::optional<T> value;

  template <class U = T>
  requires(std::is_convertible_v<U&&, T>) void return_value(U&& result) {
    value.emplace(std::forward<U>(result));
  }
  /// Returns the result, or throws what the coroutine threw.
  T take() {
    if (failure) std::rethrow_exception(failure);
    return std::move(*value);
  }
};
template <>
struct value_promise<void> : coroutine_promise {
  void return_void() const noexcept {}
  void take() const {
    if (failure) std::rethrow_exception(failure);
  }
};

}  // namespace rt::detail
