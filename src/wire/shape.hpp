#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <variant>

#include "rt/core/ids.hpp"
#include "wire/fields.hpp"

namespace rt::wire {

// What kinds of fields there are, told apart at compile time.

template <class T>
inline constexpr bool is_id = false;
template <class Kind>
inline constexpr bool is_id<basic_id<Kind>> = true;

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
inline constexpr bool is_choice = false;
template <class... T>
inline constexpr bool is_choice<std::variant<T...>> = true;

/// Returns how many bytes a value takes at least: with it a list's length is compared with what is
/// left before memory is taken.
template <class T>
std::size_t bytes_min() noexcept;

namespace detail {
/// Adds up what fields take.
struct width_take {
  std::size_t bytes = 0;

  template <class... Field>
  void operator()(Field&... fields) {
    ((bytes += bytes_min<std::remove_cvref_t<decltype(fields)>>()), ...);
  }
};
}  // namespace detail

template <class T>
std::size_t bytes_min() noexcept {
  if constexpr (is_fixed<T>) {
    T probe{};
    detail::width_take take;
    T::fields(probe, take);
    return take.bytes;
  } else if constexpr (has_fields<T>) {
    return sizeof(std::uint32_t);
  } else if constexpr (is_id<T>) {
    return 2 * sizeof(std::uint64_t);
  } else {
    static_assert(std::is_arithmetic_v<T> || std::is_enum_v<T>,
                  "rt: lists hold numbers, ids and structs; put a text into a struct");
    return sizeof(T);
  }
}

}  // namespace rt::wire
