#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "rt/core/resource_set.hpp"
#include "wire/bounded_writer.hpp"
#include "wire/byte_view.hpp"
#include "wire/fields.hpp"
#include "wire/limits.hpp"
#include "wire/shape.hpp"

namespace rt::wire {

/// Writes fields, one after another, without padding:
///
///     number, enum  := its bytes, the least first
///     truth value   := 0(1) | 1(1)
///     id            := incarnation(8) counter(8)
///     text          := length(2) byte{length}
///     bytes         := length(4) byte{length}
///     list          := count(4) element{count}
///     resource set  := count(4) {text amount(8)}{count}, by name, none twice
///     optional      := 0(1) | 1(1) value
///     choice        := index(1) struct
///     struct        := length(4) field{...}, in all `length` bytes; fields may be missing at the end
///     fixed struct  := field{...}, none missing
///
/// Errors: the writer's, where something is over its limit.
class field_writer {
 public:
  explicit field_writer(bounded_writer& out) noexcept : out_(out) {}

  template <class... Field>
  void operator()(Field&&... fields) {
    (value(fields), ...);
  }

  template <class T>
  void value(const T& from) {
    if constexpr (is_fixed<T>) {
      T::fields(from, *this);
    } else if constexpr (has_fields<T>) {
      block(from, limits::control_bytes_max);
    } else if constexpr (is_id<T>) {
      out_.number(from.incarnation);
      out_.number(from.counter);
    } else if constexpr (is_optional<T>) {
      value(from.has_value());
      if (from) value(*from);
    } else if constexpr (is_choice<T>) {
      out_.number(static_cast<std::uint8_t>(from.index()));
      std::visit([this](const auto& chosen) { this->value(chosen); }, from);
    } else if constexpr (std::is_same_v<T, bool>) {
      out_.number(static_cast<std::uint8_t>(from));
    } else if constexpr (std::is_enum_v<T>) {
      out_.number(static_cast<std::underlying_type_t<T>>(from));
    } else {
      static_assert(std::is_integral_v<T>, "rt: no field of this type goes on the wire");
      out_.number(static_cast<std::make_unsigned_t<T>>(from));
    }
  }

 private:
  template <std::size_t Max>
  void value(const limited<Max, const std::string>& from) {
    static_assert(Max <= 0xFFFF);
    if (from.value.size() > Max) return out_.fail("a text is longer than its limit");
    out_.number(static_cast<std::uint16_t>(from.value.size()));
    out_.bytes(std::as_bytes(std::span(from.value)));
  }

  template <std::size_t Max>
  void value(const limited<Max, const byte_view>& from) {
    if (from.value.size() > Max) return out_.fail("bytes are more than their limit");
    out_.number(static_cast<std::uint32_t>(from.value.size()));
    out_.bytes(from.value.span());
  }

  template <std::size_t Max, class T>
  void value(const limited<Max, const std::vector<T>>& from) {
    if (from.value.size() > Max) return out_.fail("a list is longer than its limit");
    out_.number(static_cast<std::uint32_t>(from.value.size()));
    for (const T& element : from.value) value(element);
  }

  template <std::size_t Max>
  void value(const limited<Max, const resource_set>& from) {
    if (from.value.size() > Max) return out_.fail("a list is longer than its limit");
    out_.number(static_cast<std::uint32_t>(from.value.size()));
    for (const resource& each : from.value) {
      value(limited<limits::name_bytes_max, const std::string>{each.name});
      value(each.amount.ten_thousandths());
    }
  }

  void value(const rest<const byte_view>& from) { out_.bytes(from.value.span()); }

  template <std::size_t Max, class T>
  void value(const limited<Max, const T>& from) {
    static_assert(has_fields<T>);
    block(from.value, Max);
  }

  template <class T>
  void block(const T& from, std::size_t bytes_max) {
    const std::size_t opened = out_.open();
    if constexpr (is_mostly_default<T>) {
      if (!(from == T())) T::fields(from, *this);
    } else {
      T::fields(from, *this);
    }
    out_.close(opened, bytes_max);
  }

  bounded_writer& out_;
};

}  // namespace rt::wire
