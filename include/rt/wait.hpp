#pragma once

#include <rt/core/count.hpp>
#include <rt/core/time_limit.hpp>
#include <rt/get.hpp>
#include <rt/object_ref.hpp>

#include <functional>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

namespace rt {

/// How long `wait` waits: for `num_returns` objects, or for `timeout`.
struct wait_options {
  count num_returns = 1;
  time_limit timeout = {};
};

/// What `wait` found, both in the order given.
template <class T>
struct wait_result {
  /// At most `num_returns` references whose objects (or failures) are there.
  std::vector<object_ref<T>> ready;
  /// All others, there or not.
  std::vector<object_ref<T>> pending;
};

namespace detail {

/// Waits for `wanted` of the cells; the deadline counts from the call.
/// Errors: `config_error` for a number that is none.
std::size_t await_some(const std::vector<cell*>& cells, const wait_options& options);

template <class Range>
wait_result<range_value_t<Range>> wait_range(Range&& refs, const wait_options& options) {
  using T = range_value_t<Range>;
  constexpr bool consumed = gives_away<Range>;
  if constexpr (!holds_references<Range>) return wait_range(collect_references(refs), options);
  std::vector<cell*> cells;
  if constexpr (requires { std::size(refs); }) cells.reserve(std::size(refs));
  for (auto&& ref : refs) cells.push_back(checked_cell(ref).get());
  const std::size_t ready_max = await_some(cells, options);

  wait_result<T> found;
  found.ready.reserve(ready_max);
  found.pending.reserve(cells.size() - ready_max);
  std::size_t at = 0;
  for (auto&& ref : refs) {
    auto& list =
        found.ready.size() < ready_max && cells[at]->complete() ? found.ready : found.pending;
    if constexpr (consumed) {
      list.push_back(std::move(ref));
    } else {
      list.push_back(ref);
    }
    ++at;
  }
  return found;
}

}  // namespace detail

/// Waits until so many of the objects are there, and tells which.
/// Shape: an rvalue range is moved through. Never runs a task on the waiting thread.
/// Errors: `errc::invalid_argument` for an empty reference. A failed task counts as ready.
template <detail::ref_range Range>
auto wait(Range&& refs, const wait_options& options = {}) {
  return detail::wait_range(std::forward<Range>(refs), options);
}
template <class T>
wait_result<T> wait(std::initializer_list<object_ref<T>> refs, const wait_options& options = {}) {
  return detail::wait_range(refs, options);
}
inline wait_result<void> wait(std::initializer_list<object_ref<void>> refs,
                              const wait_options& options = {}) {
  return detail::wait_range(refs, options);
}

/// Runs `callback` once in a slot when the object (or its failure) is there, at once if it is.
/// Thread: never blocks. What the callback throws is logged.
template <class T, class Callback>
void on_ready(const object_ref<T>& ref, Callback&& callback) {
  detail::cell& cell = *detail::checked_cell(ref);
  using kept = std::decay_t<Callback>;
  detail::engine& runtime = detail::engine_of(cell);
  if constexpr (std::is_copy_constructible_v<kept>) {
    runtime.when_ready(cell, std::function<void()>(std::forward<Callback>(callback)));
  } else {
    // A std::function can be copied, and so must be what it holds.
    runtime.when_ready(cell, [held = std::make_shared<kept>(std::forward<Callback>(callback))] {
      static_cast<void>((*held)());
    });
  }
}

}  // namespace rt
