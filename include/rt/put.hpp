#pragma once

#include <rt/detail/engine.hpp>
#include <rt/detail/make_cell.hpp>
#include <rt/detail/object_type.hpp>
#include <rt/detail/stored_argument.hpp>
#include <rt/detail/travels.hpp>
#include <rt/object_ref.hpp>

#include <string>
#include <type_traits>
#include <utility>

namespace rt {

namespace detail {

/// Stands before template parameters that callers never name: a type named in their place fits nothing.
enum class unnamed { all };

/// What is stored for a value given to `put`: decayed, literals as strings.
template <class A>
struct decayed {
  using type = std::decay_t<A>;
};
template <class Char, std::size_t N>
requires(std::is_same_v<Char, char> || std::is_same_v<Char, wchar_t> ||
         std::is_same_v<Char, char8_t> || std::is_same_v<Char, char16_t> ||
         std::is_same_v<Char, char32_t>) struct decayed<const Char (&)[N]> {
  using type = std::basic_string<Char>;
};
template <class A>
using decayed_t = typename decayed<A>::type;

template <class T, class... Args>
object_ref<T> make_object(engine& runtime, Args&&... args) {
  auto* made =
      make_cell<object_cell<T>>(plain_type<T>, handle_reference, phase::value, runtime.number());
  // The phase says "value" already, but nobody else can see the cell before it is returned.
  struct guard {
    object_cell<T>* unfinished;
    ~guard() {
      if (unfinished != nullptr)
        free_cell(unfinished, sizeof(object_cell<T>), alignof(object_cell<T>));
    }
  } unless_made{made};
  ::new (static_cast<void*>(std::addressof(made->value))) T(std::forward<Args>(args)...);
  unless_made.unfinished = nullptr;
  return access::make_ref<T>(cell_ptr::adopt(made));
}

}  // namespace detail

/// Stores an immutable object and returns a reference to it.
/// Shape: a string literal is stored as a `std::string`; pointers and views are refused.
/// Thread: never blocks. Errors: what copying or moving the value throws.
template <class V>
auto put(V&& value) -> object_ref<detail::decayed_t<V>> {
  using T = detail::decayed_t<V>;
  constexpr bool refused = std::is_pointer_v<T> || std::is_member_pointer_v<T> ||
                           std::is_null_pointer_v<T> || detail::view_traits<T>::is_view;
  static_assert(!refused,
                "rt::put: a pointer or a view would outlive what it points to: put the value");
  if constexpr (!refused) {
    if constexpr (detail::check_travels<T>()) {
      detail::engine& runtime = detail::current_engine();
      if constexpr (std::is_lvalue_reference_v<V> && std::is_same_v<T, std::remove_cvref_t<V>>) {
        return detail::make_object<T>(runtime, detail::clone<T>(value));
      } else {
        return detail::make_object<T>(runtime, std::forward<V>(value));
      }
    }
  }
}

}  // namespace rt
