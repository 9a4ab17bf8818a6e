#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "rt/core/amount.hpp"
#include "rt/core/errc.hpp"
#include "rt/core/outcome.hpp"
#include "rt/core/resource_set.hpp"
#include "wire/bounded_reader.hpp"
#include "wire/byte_view.hpp"
#include "wire/fields.hpp"
#include "wire/limits.hpp"
#include "wire/shape.hpp"

namespace rt::wire {

/// Reads fields as `field_writer` writes them; its grammar is there.
/// Errors: the reader's; a struct that was read with a failure has no meaning.
class field_reader {
 public:
  explicit field_reader(bounded_reader& in) noexcept : in_(in) {}

  /// Reads a struct's fields; those behind the end of its block keep what they hold.
  template <class... Field>
  void operator()(Field&&... fields) {
    (next(fields), ...);
  }

  template <class T>
  void value(T& to) {
    if constexpr (is_fixed<T>) {
      field_reader within(in_);
      within.all_ = true;
      T::fields(to, within);
    } else if constexpr (has_fields<T>) {
      block(to, limits::control_bytes_max);
    } else if constexpr (is_id<T>) {
      to.incarnation = in_.number<std::uint64_t>();
      to.counter = in_.number<std::uint64_t>();
    } else if constexpr (is_optional<T>) {
      optional(to);
    } else if constexpr (is_choice<T>) {
      choice(to, std::make_index_sequence<std::variant_size_v<T>>());
    } else if constexpr (std::is_same_v<T, bool>) {
      const auto byte = in_.number<std::uint8_t>();
      if (byte > 1) in_.fail("a truth value is neither 0 nor 1");
      to = byte == 1;
    } else if constexpr (std::is_enum_v<T>) {
      enumerator(to);
    } else {
      static_assert(std::is_integral_v<T>, "rt: no field of this type goes on the wire");
      to = static_cast<T>(in_.number<std::make_unsigned_t<T>>());
    }
  }

 private:
  template <class Field>
  void next(Field& field) {
    if (all_ || in_.left() != 0) value(field);
  }

  template <std::size_t Max>
  void value(limited<Max, std::string>& to) {
    const byte_view from = in_.bytes(in_.number<std::uint16_t>());
    if (from.size() > Max) return in_.fail("a text is longer than its limit");
    if (!in_.take_memory(from.size())) return;
    to.value.assign(reinterpret_cast<const char*>(from.data()), from.size());
  }

  template <std::size_t Max>
  void value(limited<Max, byte_view>& to) {
    to.value = in_.bytes(in_.number<std::uint32_t>());
    if (to.value.size() > Max) in_.fail("bytes are more than their limit");
  }

  template <std::size_t Max, class T>
  void value(limited<Max, std::vector<T>>& to) {
    const std::size_t count = list_length(Max, bytes_min<T>(), sizeof(T));
    to.value.clear();
    to.value.reserve(count);
    for (std::size_t i = 0; i < count && !in_.failed(); ++i) value(to.value.emplace_back());
  }

  template <std::size_t Max>
  void value(limited<Max, resource_set>& to) {
    const std::size_t count = list_length(Max, sizeof(std::uint16_t), sizeof(resource));
    to.value = {};
    for (std::size_t i = 0; i < count && !in_.failed(); ++i) {
      std::string name;
      limited<limits::name_bytes_max, std::string> bounded{name};
      value(bounded);
      std::int64_t units = 0;
      value(units);
      const amount held = amount::of_ten_thousandths(units);
      if (!held.is_valid()) return in_.fail("an amount is none");
      if (to.value.contains(name)) return in_.fail("a resource is named twice");
      to.value.insert({std::move(name), held});
    }
  }

  void value(rest<byte_view>& to) { to.value = in_.bytes(in_.left()); }

  template <class T, std::size_t Max>
  void value(limited<Max, T>& to) {
    static_assert(has_fields<T>);
    block(to.value, Max);
  }

  template <class T>
  void block(T& to, std::size_t bytes_max) {
    const std::byte* const outer_end = in_.enter(bytes_max);
    field_reader within(in_);
    T::fields(to, within);
    in_.leave(outer_end);
  }

  /// Returns how many elements follow; 0, and fails, where that cannot be.
  std::size_t list_length(std::size_t max, std::size_t element_bytes_min,
                          std::size_t element_memory) noexcept {
    const auto count = in_.number<std::uint32_t>();
    if (count > max) {
      in_.fail("a list is longer than its limit");
    } else if (count > in_.left() / element_bytes_min) {
      in_.fail("a list is longer than the bytes that are left");
    } else if (in_.take_memory(count * element_memory)) {
      return count;
    }
    return 0;
  }

  template <class T>
  void optional(T& to) {
    bool there = false;
    value(there);
    to.reset();
    if (there) value(to.emplace());
  }

  template <class T, std::size_t... Index>
  void choice(T& to, std::index_sequence<Index...>) {
    const auto index = in_.number<std::uint8_t>();
    if (index >= sizeof...(Index)) return in_.fail("a choice is none of those there are");
    ((index == Index ? value(to.template emplace<Index>()) : void()), ...);
  }

  template <class Enum>
  void enumerator(Enum& to) {
    to = static_cast<Enum>(in_.number<std::underlying_type_t<Enum>>());
    if constexpr (std::is_same_v<Enum, outcome>) {
      if (to > outcome::completed) in_.fail("an outcome is none");
    } else if constexpr (!std::is_same_v<Enum, errc>) {  // a later version may have more codes
      if (!is_known(to)) in_.fail("a number is none of those it stands for");
    }
  }

  bounded_reader& in_;
  /// No field may be missing: the struct is fixed.
  bool all_ = false;
};

}  // namespace rt::wire
