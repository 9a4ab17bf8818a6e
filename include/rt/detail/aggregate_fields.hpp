#pragma once

#include <rt/detail/type_list.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>

namespace rt::detail {

/// How many fields of an aggregate are looked at; one with more is taken as it is.
inline constexpr std::size_t aggregate_fields_max = 16;

/// Initializes a field of any type, but neither a base class of `T` nor a `T`. Never evaluated.
template <class T>
struct any_field {
  template <class U>
  requires(!std::is_base_of_v<U, T>) operator U() const noexcept { __builtin_unreachable(); }
};

/// Initializes a base class of `T`.
template <class T>
struct any_base {
  template <class U>
  requires(std::is_base_of_v<U, T> && !std::is_same_v<U, T>) operator U() const noexcept {
    __builtin_unreachable();
  }
};
template <class T>
inline constexpr bool has_base = requires {
  T{any_base<T>{}};
};

/// Initializes a field that is a union, an unnamed one too.
struct any_union {
  template <class U>
  requires(std::is_union_v<U>) operator U() const noexcept { __builtin_unreachable(); }
};

template <class T, std::size_t>
using any_field_at = any_field<T>;

template <class T, std::size_t... I>
constexpr bool takes_fields(std::index_sequence<I...>) {
  return requires { T{any_field_at<T, I>{}...}; };
}

// Whether the field after the first ones takes `{}`, with all later ones there: an array does not,
// since it was counted once for each element.
template <class T, std::size_t... Before, std::size_t... After>
constexpr bool takes_braces(std::index_sequence<Before...>, std::index_sequence<After...>) {
  return requires { T{any_field_at<T, Before>{}..., {}, any_field_at<T, After>{}...}; };
}

template <class T, std::size_t... I>
constexpr bool has_more_fields(std::index_sequence<I...>) {
  return requires { T{any_field_at<T, I>{}..., {}}; };
}

template <class T, std::size_t Count = 0>
constexpr std::size_t count_initializers() {
  if constexpr (Count > aggregate_fields_max) return Count;
  else if constexpr (takes_fields<T>(std::make_index_sequence<Count + 1>()))
    return count_initializers<T, Count + 1>();
  else return Count;
}

template <class T, std::size_t Count, std::size_t... I>
constexpr bool all_take_braces(std::index_sequence<I...>) {
  return (
      takes_braces<T>(std::make_index_sequence<I>(), std::make_index_sequence<Count - I - 1>()) &&
      ...);
}

template <class T, std::size_t... Before>
constexpr bool takes_union(std::index_sequence<Before...>) {
  return requires { T{any_field_at<T, Before>{}..., any_union{}}; };
}
template <class T, std::size_t... I>
constexpr bool has_union(std::index_sequence<I...>) {
  return (takes_union<T>(std::make_index_sequence<I>()) || ...);
}

/// Returns how many fields the aggregate has; 0 where that cannot be told for certain: with arrays,
/// base classes, unions (an unnamed one has no name for a field of its own), more fields than are
/// looked at, or fields that take too many types.
template <class T>
constexpr std::size_t count_fields() {
  constexpr std::size_t count = count_initializers<T>();
  if constexpr (count == 0 || count > aggregate_fields_max || has_base<T>) return 0;
  else if constexpr (has_more_fields<T>(std::make_index_sequence<count>())) return 0;
  else if constexpr (!all_take_braces<T, count>(std::make_index_sequence<count>())) return 0;
  else if constexpr (has_union<T>(std::make_index_sequence<count>())) return 0;
  else return count;
}

template <class T>
inline constexpr std::size_t field_count = count_fields<T>();

// clang-format off
/// Calls `use` with the fields of `value`, whose number is known. A field of a few bits comes as a
/// copy.
template <class T, class Use>
constexpr decltype(auto) with_fields(const T& value, Use&& use) {
  constexpr std::size_t count = field_count<T>;
  if constexpr (count == 1) { const auto& [a] = value; return use(a); }
  else if constexpr (count == 2) { const auto& [a, b] = value; return use(a, b); }
  else if constexpr (count == 3) { const auto& [a, b, c] = value; return use(a, b, c); }
  else if constexpr (count == 4) { const auto& [a, b, c, d] = value; return use(a, b, c, d); }
  else if constexpr (count == 5) { const auto& [a, b, c, d, e] = value; return use(a, b, c, d, e); }
  else if constexpr (count == 6) { const auto& [a, b, c, d, e, f] = value; return use(a, b, c, d, e, f); }
  else if constexpr (count == 7) { const auto& [a, b, c, d, e, f, g] = value; return use(a, b, c, d, e, f, g); }
  else if constexpr (count == 8) { const auto& [a, b, c, d, e, f, g, h] = value; return use(a, b, c, d, e, f, g, h); }
  else if constexpr (count == 9) { const auto& [a, b, c, d, e, f, g, h, i] = value; return use(a, b, c, d, e, f, g, h, i); }
  else if constexpr (count == 10) { const auto& [a, b, c, d, e, f, g, h, i, j] = value; return use(a, b, c, d, e, f, g, h, i, j); }
  else if constexpr (count == 11) { const auto& [a, b, c, d, e, f, g, h, i, j, k] = value; return use(a, b, c, d, e, f, g, h, i, j, k); }
  else if constexpr (count == 12) { const auto& [a, b, c, d, e, f, g, h, i, j, k, l] = value; return use(a, b, c, d, e, f, g, h, i, j, k, l); }
  else if constexpr (count == 13) { const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m] = value; return use(a, b, c, d, e, f, g, h, i, j, k, l, m); }
  else if constexpr (count == 14) { const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n] = value; return use(a, b, c, d, e, f, g, h, i, j, k, l, m, n); }
  else if constexpr (count == 15) { const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o] = value; return use(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o); }
  else if constexpr (count == 16) { const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = value; return use(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p); }
}
// clang-format on

struct list_types {
  template <class... T>
  constexpr type_list<T...> operator()(const T&...) const {
    return {};
  }
};

template <class T>
constexpr auto find_fields() {
  if constexpr (field_count<T> == 0) return type_list<>();
  else return decltype(with_fields(std::declval<const T&>(), list_types()))();
}

/// The types of the fields of an aggregate, none where they cannot be told.
template <class T>
using field_types = decltype(find_fields<T>());

}  // namespace rt::detail
