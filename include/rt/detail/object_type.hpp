#pragma once

#include <rt/detail/archive.hpp>
#include <rt/detail/cell.hpp>

#include <memory>
#include <type_traits>

namespace rt::detail {

/// What is done with a result of type `T`, whatever made it.
template <class T>
struct object_type {
  using value_type = stored_result_t<T>;

  static void end_value(cell& any) noexcept { std::destroy_at(std::addressof(value_of<T>(any))); }
  static void write_value_of(cell& any, output_archive& out) {
    if constexpr (!std::is_void_v<T>) write_value(out, value_of<T>(any));
  }
  static void read_value_of(cell& any, input_archive& in) {
    void* const place = outcome_place<T>(any);
    if constexpr (std::is_void_v<T>) {
      ::new (place) value_type();
    } else {
      ::new (place) value_type(read_value<T>(in));
    }
  }

  static constexpr auto destroy_result =
      std::is_trivially_destructible_v<value_type> ? nullptr : &end_value;
  static constexpr auto write_result = &write_value_of;
  static constexpr auto read_result = &read_value_of;
};

/// A cell that holds a value and never ran anything.
template <class T>
inline constexpr cell_type plain_type = {
    .destroy_result = object_type<T>::destroy_result,
    .write_result = object_type<T>::write_result,
    .read_result = object_type<T>::read_result,
    .size = sizeof(object_cell<T>),
    .alignment = alignof(object_cell<T>),
    .outcome_offset = outcome_offset_of<T>,
};

}  // namespace rt::detail
