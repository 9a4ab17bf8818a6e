#pragma once

#include <rt/detail/counted_ptr.hpp>

#include <cstddef>
#include <type_traits>

namespace rt {

template <class T>
class array;

namespace detail {

/// Makes a cell that holds `count` zeroed elements, aligned to a cache line.
/// Errors: `std::bad_alloc`, also for a size that no memory has.
cell_ptr make_array_block(std::size_t count, std::size_t element_size);
std::byte* array_data(cell& block) noexcept;
std::size_t array_bytes(const cell& block) noexcept;
/// Is it a block of at least `bytes`? An archive's word alone is not believed.
bool is_array_block(const cell& any, std::size_t bytes) noexcept;
[[noreturn]] void throw_bad_array();

template <class T>
inline constexpr bool array_element = std::is_trivially_copyable_v<T> && !std::is_pointer_v<T> &&
                                      !std::is_const_v<T> && !std::is_reference_v<T>;

/// The library's way to an array's memory.
struct array_access {
  template <class T>
  static const cell_ptr& block_of(const array<T>& whole) noexcept {
    return whole.block_;
  }
};

}  // namespace detail
}  // namespace rt
