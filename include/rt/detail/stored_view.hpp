#pragma once

#include <rt/detail/archive.hpp>
#include <rt/detail/array_block.hpp>
#include <rt/detail/cell.hpp>
#include <rt/detail/handle_archive.hpp>
#include <rt/detail/parameter.hpp>
#include <rt/detail/view_of.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace rt::detail {

/// May elements that a view of an `S` shows also lie in an `rt::array`?
template <class S>
inline constexpr bool shows_arrays = false;
template <class T>
inline constexpr bool shows_arrays<std::vector<T>> = array_element<T> && !std::is_same_v<T, bool>;
template <class C, class R>
inline constexpr bool shows_arrays<std::basic_string<C, R>> = true;

template <class A, class Element>
inline constexpr bool is_array_of = false;
template <class Element>
inline constexpr bool is_array_of<array<Element>, Element> = true;

/// What a view parameter shows: elements of its own, or those of an array, which are never copied.
/// Shape, as bytes: the handle of the array's memory and its number of elements u64, or an empty handle
/// and an `S`. As a kind of stored argument it answers as `stored_value` does.
template <class S>
struct stored_view {
  using element = typename S::value_type;
  template <class>
  using written_for = void;

  S own;
  cell_ptr block = {};
  std::size_t size = 0;

  static constexpr bool awaits = false;

  template <class Array>
  static stored_view of_array(const Array& whole) {
    return {S(), array_access::block_of(whole), whole.size()};
  }

  template <class P>
  decltype(auto) unpack(bool) const {
    const std::span<const element> shown =
        block ? std::span<const element>(reinterpret_cast<const element*>(array_data(*block)), size)
              : std::span<const element>(own);
    return view_of<typename parameter<P>::bare>(shown);
  }
  template <class>
  void write(output_archive& out) const {
    save_handle(out, block);
    if (block) write_value(out, static_cast<std::uint64_t>(size));
    else write_value(out, own);
  }
  static stored_view read(input_archive& in) {
    stored_view made;
    made.block = load_handle(in);
    if (!made.block) {
      made.own = read_value<S>(in);
      return made;
    }
    const auto size = read_value<std::uint64_t>(in);
    if (size > SIZE_MAX / sizeof(element) || !is_array_block(*made.block, size * sizeof(element))) {
      throw_bad_array();
    }
    made.size = static_cast<std::size_t>(size);
    return made;
  }
};

}  // namespace rt::detail
