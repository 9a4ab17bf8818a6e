#pragma once

#include <rt/detail/coroutine_cell.hpp>
#include <rt/detail/coroutine_promise.hpp>
#include <rt/object_ref_stream.hpp>
#include <rt/put.hpp>

#include <coroutine>
#include <type_traits>
#include <utility>

namespace rt {

/// What a coroutine returns that yields many objects: `rt::remote<f>` of it is an
/// `object_ref_stream<T>`.
///
/// Inside, `co_yield value` stores an object, and waits while as many as may be lie untaken; `co_await`
/// is as in an `rt::task`. When the stream is dropped, `co_yield` throws `task_cancelled_error`.
template <class T>
class [[nodiscard]] generator {
  static_assert(!std::is_reference_v<T> && !std::is_const_v<T> && !std::is_volatile_v<T> &&
                    !std::is_void_v<T> && detail::result_accepted<T>,
                "rt::generator<T>: T is a value: no reference, pointer or view, without const and "
                "volatile");

 public:
  using value_type = T;

  struct promise_type : detail::coroutine_promise {
    generator get_return_object() noexcept {
      return generator(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    detail::yield_awaiter yield_value(T value) {
      detail::engine& runtime = *detail::this_context().runtime;
      object_ref<T> made;
      if (runtime.settings().distance == distance::process) {
        made = detail::make_object<T>(runtime, detail::through_bytes(value));
      } else {
        made = detail::make_object<T>(runtime, std::move(value));
      }
      return detail::yield_awaiter(
          *root, runtime.put_into(*root->stream, std::move(detail::access::cell_of(made))));
    }
    void return_void() const noexcept {}
  };

  generator(generator&& other) noexcept : coroutine_(std::exchange(other.coroutine_, {})) {}
  generator& operator=(generator&& other) noexcept {
    std::swap(coroutine_, other.coroutine_);
    return *this;
  }
  ~generator() {
    if (coroutine_) coroutine_.destroy();
  }

 private:
  template <class F, class... Items>
  friend struct detail::coroutine_cell;
  explicit generator(std::coroutine_handle<promise_type> coroutine) noexcept
      : coroutine_(coroutine) {}

  std::coroutine_handle<promise_type> coroutine_;
};

}  // namespace rt
