#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

// What is at the bottom of an aggregate whose fields cannot be told: one with arrays, base classes or
// many fields. An initializer without braces of its own goes down to the first thing in an aggregate
// that it converts to, so those that convert to no aggregate meet one leaf after another.

namespace rt::detail {

/// How many leaves of an aggregate are looked at; each element of an array counts.
inline constexpr std::size_t aggregate_leaves_max = 512;

/// A scalar, a class that is no aggregate, or one without anything in it.
template <class U>
inline constexpr bool is_leaf = !std::is_aggregate_v<U> || std::is_empty_v<U>;

/// Initializes a leaf of any type. Never evaluated.
struct any_leaf {
  template <class U>
  requires(is_leaf<U>) operator U() const noexcept { __builtin_unreachable(); }
};
/// Initializes a leaf of any type for which `Excluded<U>::value` does not hold.
template <template <class> class Excluded>
struct leaf_without {
  template <class U>
  requires(is_leaf<U> && !Excluded<U>::value) operator U() const noexcept {
    __builtin_unreachable();
  }
};

template <class Leaf, std::size_t>
using leaf_at = Leaf;

template <class T, class Leaf, std::size_t... I>
constexpr bool takes_leaves(std::index_sequence<I...>) {
  return requires { T{leaf_at<Leaf, I>{}...}; };
}

/// Looks for the number of leaves between `Least`, which are there, and `Most`, which are not.
template <class T, std::size_t Least, std::size_t Most>
constexpr std::size_t count_leaves_between() {
  constexpr std::size_t middle = Least + (Most - Least) / 2;
  if constexpr (Most - Least == 1) return Least;
  else if constexpr (takes_leaves<T, any_leaf>(std::make_index_sequence<middle>()))
    return count_leaves_between<T, middle, Most>();
  else return count_leaves_between<T, Least, middle>();
}

template <class T, std::size_t Reached = 0>
constexpr std::size_t count_leaves() {
  constexpr std::size_t next = Reached == 0 ? 8 : 2 * Reached;
  if constexpr (Reached == aggregate_leaves_max) return Reached;
  else if constexpr (takes_leaves<T, any_leaf>(std::make_index_sequence<next>()))
    return count_leaves<T, next>();
  else return count_leaves_between<T, Reached, next>();
}

/// Does `Excluded<U>::value` hold for the type of any leaf? False also of what is not seen: leaves
/// beyond `aggregate_leaves_max`, all of a union but its first member, and what a class hides.
template <class T, template <class> class Excluded>
constexpr bool find_leaf() {
  constexpr auto leaves = std::make_index_sequence<count_leaves<T>()>();
  return !takes_leaves<T, leaf_without<Excluded>>(leaves);
}

}  // namespace rt::detail
