#pragma once

// Values of any struct that goes on the wire, made from its fields.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "rt/core/amount.hpp"
#include "rt/core/errc.hpp"
#include "rt/core/resource_set.hpp"
#include "wire/byte_view.hpp"
#include "wire/fields.hpp"
#include "wire/message.hpp"
#include "wire/shape.hpp"

namespace wire_test {

using bytes = std::vector<std::byte>;

inline bytes bytes_of(const std::string& text) {
  const auto* const begin = reinterpret_cast<const std::byte*>(text.data());
  return {begin, begin + text.size()};
}

/// Fills fields with values that differ from one another and from what they begin with.
/// Owner: holds the bytes that filled structs see.
class filler {
 public:
  explicit filler(std::uint64_t seed) : next_(seed) {}

  template <class... Field>
  void operator()(Field&&... fields) {
    (value(fields), ...);
  }

  template <class T>
  void value(T& to) {
    if constexpr (rt::wire::has_fields<T>) {
      T::fields(to, *this);
    } else if constexpr (rt::wire::is_id<T>) {
      to.incarnation = number() << 40;
      to.counter = number();
    } else if constexpr (rt::wire::is_optional<T>) {
      if (number() % 2 == 0) value(to.emplace());
    } else if constexpr (rt::wire::is_choice<T>) {
      choose(to, std::make_index_sequence<std::variant_size_v<T>>());
    } else if constexpr (std::is_same_v<T, bool>) {
      to = !to;
    } else if constexpr (std::is_same_v<T, rt::errc>) {
      to = rt::errc::deadlock;
    } else if constexpr (std::is_same_v<T, rt::outcome>) {
      to = rt::outcome::completed;
    } else if constexpr (std::is_enum_v<T>) {
      auto least = static_cast<std::underlying_type_t<T>>(number() % 8);
      while (!is_known(static_cast<T>(least))) --least;
      to = static_cast<T>(least);
    } else {
      to = static_cast<T>(number() * 257);
    }
  }

 private:
  std::uint64_t number() { return ++next_; }

  template <std::size_t Max>
  void value(rt::wire::limited<Max, std::string>& to) {
    to.value = "text " + std::to_string(number());
  }
  template <std::size_t Max>
  void value(rt::wire::limited<Max, rt::wire::byte_view>& to) {
    to.value = std::span<const std::byte>(kept_.emplace_back(bytes_of(std::to_string(number()))));
  }
  template <std::size_t Max, class T>
  void value(rt::wire::limited<Max, std::vector<T>>& to) {
    for (std::uint64_t i = number() % 2; i < 3; ++i) value(to.value.emplace_back());
  }
  template <std::size_t Max>
  void value(rt::wire::limited<Max, rt::resource_set>& to) {
    to.value.insert({"CPU", static_cast<std::int64_t>(number())});
    to.value.insert({"fpga " + std::to_string(number()), 0.5});
  }
  template <std::size_t Max, class T>
  void value(rt::wire::limited<Max, T>& to) {
    value(to.value);
  }
  void value(rt::wire::rest<rt::wire::byte_view>& to) {
    to.value = std::span<const std::byte>(kept_.emplace_back(bytes_of("of a later version")));
  }

  template <class T, std::size_t... Index>
  void choose(T& to, std::index_sequence<Index...>) {
    const std::size_t chosen = number() % sizeof...(Index);
    ((chosen == Index ? value(to.template emplace<Index>()) : void()), ...);
  }

  std::uint64_t next_;
  std::deque<bytes> kept_;
};

/// Calls `use(message)` with each kind of message as it begins.
template <class Use>
void for_each_message(const Use& use) {
  [&use]<std::size_t... Index>(std::index_sequence<Index...>) {
    (use(std::variant_alternative_t<Index, rt::wire::message>()), ...);
  }
  (std::make_index_sequence<std::variant_size_v<rt::wire::message>>());
}

/// Returns the number that belongs to a message of that kind.
inline std::uint64_t number_for(rt::wire::message_kind kind) {
  return rt::wire::is_notice(kind) ? 0 : 77;
}

}  // namespace wire_test
