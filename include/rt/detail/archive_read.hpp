#pragma once

// How the input archive reads each kind of type.

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <typeinfo>
#include <utility>

#include <rt/detail/archive_input.hpp>
#include <rt/detail/unaligned_iterator.hpp>

namespace rt::detail {

template <class T>
void input_archive::read(T& value) {
  static_assert(
      !std::is_const_v<T> || archive_kind_of<T> >= archive_kind::name_value,
      "rt: a const object cannot be read into: make the member or the argument non-const");
  constexpr archive_kind kind = archive_kind_of<T>;
  if constexpr (kind == archive_kind::arithmetic) {
    value = get_number<T>();
  } else if constexpr (kind == archive_kind::enumeration) {
    value = static_cast<T>(get_number<std::underlying_type_t<T>>());
  } else if constexpr (kind == archive_kind::c_array) {
    using element = std::remove_all_extents_t<T>;
    if constexpr (travels_in_one_piece<element>) read_bytes(&value, sizeof(T));
    else
      for (auto& each : value) read(each);
  } else if constexpr (kind == archive_kind::string) {
    using character = typename T::value_type;
    const std::size_t count = read_count(sizeof(character));
    const std::byte* const from = take(count * sizeof(character));
    if constexpr (sizeof(character) == 1)
      value.assign(reinterpret_cast<const character*>(from), count);
    else
      value.assign(unaligned_iterator<character>(from),
                   unaligned_iterator<character>(from + count * sizeof(character)));
  } else if constexpr (kind == archive_kind::vector || kind == archive_kind::sequence) {
    read_vector(value);
  } else if constexpr (kind == archive_kind::bit_vector) {
    const std::size_t count = read_count(1);
    value.clear();
    value.reserve(count);
    for (std::size_t i = 0; i < count; ++i) value.push_back(get_bool());
  } else if constexpr (kind == archive_kind::set) {
    read_set(value);
  } else if constexpr (kind == archive_kind::map) {
    read_map(value);
  } else if constexpr (kind == archive_kind::array) {
    if constexpr (std::tuple_size_v<T> == 0) return;
    else if constexpr (travels_in_one_piece<typename T::value_type>)
      read_bytes(value.data(), sizeof(T));
    else
      for (auto& each : value) read(each);
  } else if constexpr (kind == archive_kind::pair) {
    read(const_cast<std::remove_const_t<typename T::first_type>&>(value.first));
    read(value.second);
  } else if constexpr (kind == archive_kind::tuple) {
    std::apply([this](auto&... elements) { (this->read(elements), ...); }, value);
  } else if constexpr (kind == archive_kind::optional) {
    if (!get_bool()) {
      value.reset();
      return;
    }
    enter();
    read(value.emplace());
    leave();
  } else if constexpr (kind == archive_kind::unique_pointer) {
    check_travels<T>();
    if (!get_bool()) {
      value.reset();
      return;
    }
    enter();
    auto made = std::make_unique<std::remove_const_t<typename T::element_type>>();
    read(*made);
    value = std::move(made);
    leave();
  } else if constexpr (kind == archive_kind::variant) {
    read_variant(value);
  } else if constexpr (kind == archive_kind::duration) {
    typename T::rep count{};
    read(count);
    value = T(count);
  } else if constexpr (kind == archive_kind::time_point) {
    typename T::duration since_epoch{};
    read(since_epoch);
    value = T(since_epoch);
  } else if constexpr (kind == archive_kind::complex) {
    const auto real = get<typename T::value_type>();
    const auto imaginary = get<typename T::value_type>();
    value = T(real, imaginary);
  } else if constexpr (kind == archive_kind::bitset) {
    for (std::size_t first = 0; first < value.size(); first += 8) {
      const unsigned byte = get<std::uint8_t>();
      for (std::size_t bit = 0; bit < 8; ++bit) {
        const bool on = (byte >> bit & 1u) != 0;
        if (first + bit < value.size()) value[first + bit] = on;
        else if (on) archive_bad_value("a bitset", byte);
      }
    }
  } else if constexpr (kind == archive_kind::nothing) {
  } else if constexpr (kind == archive_kind::other) {
    enter();
    read_class(value);
    leave();
  } else {
    read_wrapper(value);
  }
}

template <class T>
void input_archive::read_vector(T& vector) {
  using element = typename T::value_type;
  if constexpr (travels_in_one_piece<element>) {
    const std::size_t bytes = read_count(sizeof(element)) * sizeof(element);
    const std::byte* const from = take(bytes);
    if constexpr (archive_kind_of<T> == archive_kind::vector) {
      if (vector.size() * sizeof(element) >= bytes) {
        vector.resize(bytes / sizeof(element));
        if (bytes != 0) std::memcpy(static_cast<void*>(vector.data()), from, bytes);
        return;
      }
    }
    if (reinterpret_cast<std::uintptr_t>(from) % alignof(element) == 0) {
      // Copying bytes makes objects of such types, so they may be read as what they are.
      const auto* const first = reinterpret_cast<const element*>(from);
      vector.assign(first, first + bytes / sizeof(element));
    } else {
      vector.assign(unaligned_iterator<element>(from), unaligned_iterator<element>(from + bytes));
    }
  } else {
    constexpr std::size_t element_bytes_min = encoded_size_min<element>();
    const std::size_t count = read_count(element_bytes_min);
    vector.clear();
    // A count is believed for as much memory as the input itself takes; beyond that it is earned.
    if constexpr (requires { vector.reserve(count); })
      vector.reserve(std::min(count, left() / sizeof(element) + 1));
    enter();
    for (std::size_t i = 0; i < count; ++i) {
      const std::byte* const before = at_;
      vector.emplace_back();
      read(vector.back());
      if constexpr (element_bytes_min == 0) count_unbacked(before, sizeof(element));
    }
    leave();
  }
}

template <class T>
void input_archive::read_set(T& set) {
  using element = typename T::key_type;
  constexpr std::size_t element_bytes_min = encoded_size_min<element>();
  const std::size_t count = read_count(element_bytes_min);
  set.clear();
  if constexpr (requires { set.reserve(count); })
    set.reserve(std::min(count, left() / sizeof(element) + 1));
  enter();
  for (std::size_t i = 0; i < count; ++i) {
    const std::byte* const before = at_;
    element key{};
    read(key);
    set.emplace_hint(set.end(), std::move(key));
    if constexpr (element_bytes_min == 0) count_unbacked(before, sizeof(element));
  }
  leave();
}

template <class T>
void input_archive::read_map(T& map) {
  using key_type = typename T::key_type;
  using mapped_type = typename T::mapped_type;
  constexpr std::size_t element_bytes_min =
      encoded_size_min<key_type>() + encoded_size_min<mapped_type>();
  const std::size_t count = read_count(element_bytes_min);
  map.clear();
  if constexpr (requires { map.reserve(count); })
    map.reserve(std::min(count, left() / (sizeof(key_type) + sizeof(mapped_type)) + 1));
  enter();
  for (std::size_t i = 0; i < count; ++i) {
    const std::byte* const before = at_;
    key_type key{};
    mapped_type mapped{};
    read(key);
    read(mapped);
    map.emplace_hint(map.end(), std::move(key), std::move(mapped));
    if constexpr (element_bytes_min == 0)
      count_unbacked(before, sizeof(key_type) + sizeof(mapped_type));
  }
  leave();
}

template <class T>
void input_archive::read_variant(T& variant) {
  const auto index = get<std::uint32_t>();
  if (index >= std::variant_size_v<T>) archive_bad_value("a variant's index", index);
  enter();
  const auto read_alternative = [&]<std::size_t... I>(std::index_sequence<I...>) {
    (void)((index == I ? (this->read(variant.template emplace<I>()), true) : false) || ...);
  };
  read_alternative(std::make_index_sequence<std::variant_size_v<T>>());
  leave();
}

template <class T>
void input_archive::read_wrapper(T& wrapper) {
  constexpr archive_kind kind = archive_kind_of<T>;
  if constexpr (kind == archive_kind::name_value) {
    read(wrapper.value);
  } else if constexpr (kind == archive_kind::size_tag) {
    // Who reads a count in this way does not say of what: one byte each is the least that most take.
    const auto count = get<std::uint64_t>();
    if (count > left() && count > archive_unbacked_count_max)
      archive_count_too_large(count, left());
    wrapper.size = static_cast<std::remove_reference_t<decltype(wrapper.size)>>(count);
  } else if constexpr (kind == archive_kind::binary_data) {
    read_bytes(wrapper.data, static_cast<std::size_t>(wrapper.size));
  } else if constexpr (kind == archive_kind::map_item) {
    read(wrapper.key);
    read(wrapper.value);
  } else if constexpr (kind == archive_kind::base_class) {
    read(*wrapper.base_ptr);
  } else if constexpr (kind == archive_kind::virtual_base_class) {
    using base = std::remove_pointer_t<decltype(wrapper.base_ptr)>;
    if (first_time(wrapper.base_ptr, typeid(base))) read(*wrapper.base_ptr);
  } else {
    using value = std::remove_reference_t<decltype(wrapper.value)>;
    defer([](input_archive& in, void* at) { in.read(*static_cast<value*>(at)); },
          const_cast<std::remove_const_t<value>*>(&wrapper.value));
  }
}

template <class T>
void input_archive::read_class(T& value) {
  constexpr class_way way = [] {
    if constexpr (never_travels<T>) return class_way::none;
    else if constexpr (has_cereal_input<T>) return input_way<T>;
    else return class_way::none;
  }();
  namespace ct = cereal::traits;
  if constexpr (way == class_way::member_serialize) cereal::access::member_serialize(*this, value);
  else if constexpr (way == class_way::free_serialize) serialize(*this, value);
  else if constexpr (way == class_way::member_split) cereal::access::member_load(*this, value);
  else if constexpr (way == class_way::free_split) load(*this, value);
  else if constexpr (way == class_way::member_minimal) {
    typename ct::has_member_save_minimal<T, output_archive>::type minimal{};
    read(minimal);
    cereal::access::member_load_minimal(*this, value, minimal);
  } else if constexpr (way == class_way::free_minimal) {
    typename ct::has_non_member_save_minimal<T, output_archive>::type minimal{};
    read(minimal);
    load_minimal(*this, value, minimal);
  } else if constexpr (way != class_way::none) {
    const auto version = get<std::uint32_t>();
    if constexpr (way == class_way::member_versioned_serialize)
      cereal::access::member_serialize(*this, value, version);
    else if constexpr (way == class_way::free_versioned_serialize) serialize(*this, value, version);
    else if constexpr (way == class_way::member_versioned_split)
      cereal::access::member_load(*this, value, version);
    else if constexpr (way == class_way::free_versioned_split) load(*this, value, version);
    else if constexpr (way == class_way::member_versioned_minimal) {
      typename ct::has_member_versioned_save_minimal<T, output_archive>::type minimal{};
      read(minimal);
      cereal::access::member_load_minimal(*this, value, minimal, version);
    } else {
      typename ct::has_non_member_versioned_save_minimal<T, output_archive>::type minimal{};
      read(minimal);
      load_minimal(*this, value, minimal, version);
    }
  } else if constexpr (travels_as_bytes<T>) {
    read_bytes(static_cast<void*>(&value), sizeof(T));
  } else if constexpr (travels_by_fields<T>) {
    value = read_fields<T>(field_types<T>());
  } else if constexpr (!std::is_empty_v<T>) {
    check_travels<T>();
  }
}

}  // namespace rt::detail
