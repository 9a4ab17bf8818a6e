#pragma once

#include <rt/detail/archive.hpp>
#include <rt/detail/cell.hpp>

#include <cstdint>
#include <type_traits>

namespace rt::detail {

/// What is done with one stored argument by code that does not know its type.
///
/// One constant table for each kind of stored argument, whichever functions take it: that, and not a
/// copy for each function, is what keeps one more remote function cheap to compile.
struct argument_type {
  /// Ends it; null where there is nothing to do.
  void (*end)(void* item) noexcept = nullptr;
  /// Returns the `index`-th cell that it waits for; past its last, null with `index` lowered by their
  /// number. Null where it waits for none.
  cell* (*awaited)(void* item, std::uint32_t& index) noexcept = nullptr;
  /// Writes it down as the value that the function takes.
  void (*write)(void* item, output_archive& out) = nullptr;
  /// Makes it from bytes; null where bytes never become one.
  void (*read)(void* item, input_archive& in) = nullptr;
};

template <class Item>
void end_item(void* item) noexcept {
  static_cast<Item*>(item)->~Item();
}
template <class Item>
cell* awaited_of_item(void* item, std::uint32_t& index) noexcept {
  return static_cast<Item*>(item)->awaited(index);
}
template <class Item, class WrittenFor>
void write_item(void* item, output_archive& out) {
  static_cast<Item*>(item)->template write<WrittenFor>(out);
}
template <class Item>
void read_item(void* item, input_archive& in) {
  if constexpr (requires { typename Item::value_type; }) {
    ::new (item) Item{read_value<typename Item::value_type>(in)};
  } else {
    ::new (item) Item(Item::read(in));
  }
}

template <class Item, class WrittenFor>
constexpr argument_type make_argument_type() {
  argument_type made;
  if constexpr (!std::is_trivially_destructible_v<Item>) made.end = &end_item<Item>;
  if constexpr (Item::awaits) made.awaited = &awaited_of_item<Item>;
  made.write = &write_item<Item, WrittenFor>;
  // What waits for its objects is never made from bytes, but for a constructor's references.
  if constexpr (!Item::awaits || requires { typename Item::value_type; }) {
    made.read = &read_item<Item>;
  }
  return made;
}

/// Shape: `WrittenFor` is the parameter where the bytes depend on it (`Item::written_for`), else void.
template <class Item, class WrittenFor>
inline constexpr argument_type argument_type_of = make_argument_type<Item, WrittenFor>();

}  // namespace rt::detail
