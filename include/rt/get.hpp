#pragma once

#include <rt/core/error.hpp>
#include <rt/core/result.hpp>
#include <rt/core/time_limit.hpp>
#include <rt/detail/copyable.hpp>
#include <rt/detail/deadline.hpp>
#include <rt/detail/engine.hpp>
#include <rt/detail/stored_argument.hpp>
#include <rt/object_ref.hpp>

#include <chrono>
#include <initializer_list>
#include <iterator>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace rt {

namespace detail {

/// Something that iterates over references.
template <class R>
concept ref_range = requires(R& range) {
  std::begin(range);
  std::end(range);
  requires is_object_ref<std::remove_cvref_t<decltype(*std::begin(range))>>;
  // A stream is gone through once; it has a `get` of its own.
  requires !requires { typename std::remove_cvref_t<R>::single_pass; };
};
template <class R>
using range_value_t = referred_t<std::remove_cvref_t<decltype(*std::begin(std::declval<R&>()))>>;

template <class T>
inline constexpr bool is_duration = false;
template <class Rep, class Period>
inline constexpr bool is_duration<std::chrono::duration<Rep, Period>> = true;
template <>
inline constexpr bool is_duration<time_limit> = true;

template <class T>
const cell_ptr& checked_cell(const object_ref<T>& ref) {
  const cell_ptr& cell = access::cell_of(ref);
  if (!cell) throw_empty_reference();
  check_runtime(*cell);
  return cell;
}

/// Waits and throws if there is no value.
inline void await_value(cell& awaited) {
  wait_for(awaited);
  if (awaited.now() == phase::failed) rethrow_failure(awaited);
}
inline void await_value(cell& awaited, instant deadline) {
  if (deadline == never) return await_value(awaited);
  if (!wait_until(awaited, deadline)) throw_get_timeout(awaited);
  if (awaited.now() == phase::failed) rethrow_failure(awaited);
}

template <class T>
T copy_value(cell& held) {
  if constexpr (!std::is_void_v<T>) {
    static_assert(copyable<T>,
                  "rt::get: this type cannot be copied: read it in place by rt::pin, or give the "
                  "reference away: rt::get(std::move(ref))");
    return clone<T>(value_of<T>(held));
  }
}

[[noreturn]] void throw_still_shared();

/// References to a cell that end with the scope.
class last_hold {
 public:
  last_hold(cell* held, std::uint32_t references) noexcept : held_(held), references_(references) {}
  last_hold(const last_hold&) = delete;
  last_hold& operator=(const last_hold&) = delete;
  ~last_hold() { release(*held_, references_); }

 private:
  cell* held_;
  std::uint32_t references_;
};

/// Waits and throws if there is no value. Shape: references to let go of with the handle.
inline std::uint32_t await_value_to_take(cell& awaited) {
  const std::uint32_t owed = awaited.complete() ? 0 : engine_of(awaited).wait_to_take(awaited);
  if (awaited.now() == phase::failed) {
    if (owed != 0) release(awaited, owed);
    rethrow_failure(awaited);
  }
  return owed;
}

/// Takes the value out if the caller's handle is the last, else copies it.
template <class T>
T take_value(cell& held) {
  if constexpr (!std::is_void_v<T>) {
    if (sole_handle(held)) return std::move(value_of<T>(held));
    if constexpr (copyable<T>) {
      return clone<T>(value_of<T>(held));
    } else {
      throw_still_shared();
    }
  }
}

/// Does a range of this type, as it was forwarded, own references that may be taken out of it? An
/// rvalue does, unless it is a view: then its elements are none of its own, const or not.
template <class Range>
inline constexpr bool gives_away = requires(std::remove_reference_t<Range>& range,
                                            const std::remove_reference_t<Range>& unchanged) {
  requires !std::is_lvalue_reference_v<Range>;
  requires !std::is_const_v<std::remove_reference_t<decltype(*std::begin(range))>>;
  requires std::is_const_v<std::remove_reference_t<decltype(*std::begin(unchanged))>>;
};

/// Can a range be gone through several times, meeting the same references? Not if it makes them on the
/// way, as a transforming view does.
template <class Range>
inline constexpr bool holds_references =
    std::is_reference_v<decltype(*std::begin(std::declval<Range&>()))>&&
        std::forward_iterator<decltype(std::begin(std::declval<Range&>()))>;

template <class Range>
auto collect_references(Range&& range) {
  std::vector<object_ref<range_value_t<Range>>> refs;
  for (auto&& ref : range) refs.push_back(ref);
  return refs;
}

template <class Range>
auto get_range(Range&& range, instant deadline) {
  using T = range_value_t<Range>;
  constexpr bool consumed = gives_away<Range>;
  if constexpr (!holds_references<Range>) {
    return get_range(collect_references(range), deadline);
  } else if constexpr (std::is_void_v<T>) {
    for (auto&& ref : range) await_value(*checked_cell(ref), deadline);
  } else {
    std::vector<T> values;
    if constexpr (requires { std::size(range); }) values.reserve(std::size(range));
    // Nothing is taken out before all have a value: after a failure the references stay good.
    for (auto&& ref : range) await_value(*checked_cell(ref), deadline);
    for (auto&& ref : range) {
      if constexpr (consumed) {
        const cell_ptr held = std::move(access::cell_of(ref));
        values.push_back(take_value<T>(*held));
      } else {
        values.push_back(copy_value<T>(*access::cell_of(ref)));
      }
    }
    return values;
  }
}

template <class Ref>
auto get_element(Ref&& ref) {
  using T = referred_t<std::remove_cvref_t<Ref>>;
  if constexpr (std::is_void_v<T>) {
    return std::monostate();
  } else if constexpr (std::is_lvalue_reference_v<Ref> ||
                       std::is_const_v<std::remove_reference_t<Ref>>) {
    return copy_value<T>(*access::cell_of(ref));
  } else {
    const cell_ptr held = std::move(access::cell_of(ref));
    return take_value<T>(*held);
  }
}

template <class... Refs>
auto get_tuple(instant deadline, Refs&&... refs) {
  (await_value(*checked_cell(refs), deadline), ...);
  return std::tuple<stored_result_t<referred_t<std::remove_cvref_t<Refs>>>...>{
      get_element(std::forward<Refs>(refs))...};
}

template <class Tuple, std::size_t... I>
auto get_tuple_until(Tuple&& all, std::index_sequence<I...>) {
  const time_limit limit = std::get<sizeof...(I)>(all);
  const instant deadline = ends_at(engine_of(*checked_cell(std::get<0>(all))), limit);
  return get_tuple(deadline, std::forward<std::tuple_element_t<I, std::remove_reference_t<Tuple>>>(
                                 std::get<I>(all))...);
}

inline instant range_deadline(time_limit limit) {
  return limit.is_forever() ? never : ends_at(current_engine(), limit);
}

}  // namespace detail

/// Waits for the object and returns a copy of it.
/// Thread: blocks; inside a task its CPU is given back meanwhile, and what is waited for may run here.
/// Errors: what the task threw; `deadlock_error`.
template <class T>
T get(const object_ref<T>& ref) {
  detail::cell& cell = *detail::checked_cell(ref);
  detail::await_value(cell);
  return detail::copy_value<T>(cell);
}

/// Waits for the object and moves it out if no one else refers to it; leaves `ref` empty.
template <class T>
T get(object_ref<T>&& ref) {
  detail::cell& cell = *detail::checked_cell(ref);
  const std::uint32_t owed = detail::await_value_to_take(cell);
  const detail::last_hold held(detail::access::cell_of(ref).detach(),
                               detail::handle_reference + owed);
  return detail::take_value<T>(cell);
}

/// The same for at most `timeout`; 0 looks without waiting. Errors: `get_timeout_error`, after which
/// the reference is as good as before.
template <class T>
T get(const object_ref<T>& ref, time_limit timeout) {
  detail::cell& cell = *detail::checked_cell(ref);
  if (!cell.complete()) {
    detail::await_value(cell, detail::ends_at(detail::engine_of(cell), timeout));
  } else {
    detail::await_value(cell);
  }
  return detail::copy_value<T>(cell);
}
template <class T>
T get(object_ref<T>&& ref, time_limit timeout) {
  detail::cell& cell = *detail::checked_cell(ref);
  detail::await_value(cell,
                      cell.complete() ? never : detail::ends_at(detail::engine_of(cell), timeout));
  const detail::cell_ptr held = std::move(detail::access::cell_of(ref));
  return detail::take_value<T>(cell);
}

/// Waits for all objects of a range and returns them in its order; nothing for `object_ref<void>`.
/// An rvalue range is moved from. Errors: the first failure in the order of the range.
template <detail::ref_range Range>
auto get(Range&& refs) {
  return detail::get_range(std::forward<Range>(refs), never);
}
template <detail::ref_range Range>
auto get(Range&& refs, time_limit timeout) {
  return detail::get_range(std::forward<Range>(refs), detail::range_deadline(timeout));
}
template <class T>
auto get(std::initializer_list<object_ref<T>> refs) {
  return detail::get_range(refs, never);
}
template <class T>
auto get(std::initializer_list<object_ref<T>> refs, time_limit timeout) {
  return detail::get_range(refs, detail::range_deadline(timeout));
}
inline void get(std::initializer_list<object_ref<void>> refs) { detail::get_range(refs, never); }
inline void get(std::initializer_list<object_ref<void>> refs, time_limit timeout) {
  detail::get_range(refs, detail::range_deadline(timeout));
}

/// Waits for several objects of any types and returns them as a tuple; void is `std::monostate`.
/// A timeout for the whole call may come last.
template <class First, class Second, class... Rest>
requires(detail::is_object_ref<std::remove_cvref_t<First>>&&
             detail::is_object_ref<std::remove_cvref_t<Second>>) auto get(First&& first,
                                                                          Second&& second,
                                                                          Rest&&... rest) {
  if constexpr (sizeof...(Rest) == 0) {
    return detail::get_tuple(never, std::forward<First>(first), std::forward<Second>(second));
  } else {
    using last = std::tuple_element_t<sizeof...(Rest) - 1, std::tuple<Rest...>>;
    if constexpr (detail::is_duration<std::remove_cvref_t<last>>) {
      return detail::get_tuple_until(
          std::forward_as_tuple(std::forward<First>(first), std::forward<Second>(second),
                                std::forward<Rest>(rest)...),
          std::make_index_sequence<sizeof...(Rest) + 1>{});
    } else {
      return detail::get_tuple(never, std::forward<First>(first), std::forward<Second>(second),
                               std::forward<Rest>(rest)...);
    }
  }
}

namespace detail {
template <class Get>
auto try_call(Get&& get_it) -> result<decltype(get_it())> {
  try {
    if constexpr (std::is_void_v<decltype(get_it())>) {
      get_it();
      return {};
    } else {
      return result<decltype(get_it())>(std::in_place, get_it());
    }
  } catch (...) {
    return error_info::from(std::current_exception());
  }
}
}  // namespace detail

/// Returns what `get` would, or the failure as a value. Throws only for what is wrong with the call.
template <class Ref>
requires(detail::is_object_ref<std::remove_cvref_t<Ref>>) auto try_get(Ref&& ref) {
  return detail::try_call([&] { return get(std::forward<Ref>(ref)); });
}
template <class Ref>
requires(detail::is_object_ref<std::remove_cvref_t<Ref>>) auto try_get(Ref&& ref,
                                                                       time_limit timeout) {
  return detail::try_call([&] { return get(std::forward<Ref>(ref), timeout); });
}

}  // namespace rt
