#pragma once

#include <concepts>
#include <cstddef>

namespace rt::wire {

// A struct that goes on the wire names its fields once, in the order of the bytes:
//
//     static void fields(auto& of, auto& take) { take(of.lease, at_most<limits::slots_max>(of.slots)); }
//
// Reader, writer and tests each bring their own `take`. A field is added at the end and never taken
// out: a reader that does not know it skips it, one that misses it leaves what the struct begins with.

namespace detail {
struct any_take {
  template <class... Field>
  void operator()(Field&&...) {}
};
}  // namespace detail

/// Has fields: stands on the wire as a block, its length first.
template <class T>
concept has_fields = requires(T& of, detail::any_take& take) {
  T::fields(of, take);
};

/// Never gets another field, and so stands without a length: what lies in lists of thousands.
template <class T>
concept is_fixed = has_fields<T> && requires {
  requires T::fixed;
};

/// Is mostly what it begins with, and then stands as an empty block.
template <class T>
concept is_mostly_default = has_fields<T> && requires {
  requires T::mostly_default;
};

/// Marks a text, bytes or a list with the most that it may hold: bytes or elements.
template <std::size_t Max, class T>
struct limited {
  T& value;
};
template <std::size_t Max, class T>
limited<Max, T> at_most(T& value) noexcept {
  return {value};
}

/// Marks what takes the rest of the struct's block as it is, so that a hop passes on what it does not know.
template <class T>
struct rest {
  T& value;
};
template <class T>
rest<T> rest_of_block(T& value) noexcept {
  return {value};
}

}  // namespace rt::wire
