#pragma once

#include <cstdint>
#include <cstring>
#include <limits>
#include <typeinfo>
#include <vector>

#include <rt/detail/archive_class.hpp>
#include <rt/detail/archive_limits.hpp>
#include <rt/detail/byte_buffer.hpp>
#include <rt/detail/counted_ptr.hpp>

namespace rt::detail {

/// Writes values into a buffer by cereal's functions, in the machine's own byte order.
/// What the standard library offers is written here and needs no header of cereal's.
/// Shape: value = number | enum (its underlying number) | bool (one byte, 0 or 1)
///   | string, vector, deque, list, set, map: count u64, elements | array, pair, tuple: elements
///   | optional, unique_ptr: u8 0, or 1 and the value | variant: index u32, alternative
///   | bitset: 8 bits a byte, lowest first | duration: its count | trivially copyable aggregate: bytes,
///     or its fields if a bool or a long double is among them
///   | class: what its function writes, after a version u32 where that takes one.
/// Owner: refers to the buffer and to the references, which must live longer.
/// Thread: one at a time.   Errors: serialization_error for values nested too deep; bad_alloc.
class output_archive : public cereal::detail::OutputArchiveBase,
                       private cereal::roundtrip_archive_base {
 public:
  using is_saving = std::true_type;
  using is_loading = std::false_type;

  /// Appends to `bytes`; a reference inside a value goes to `references` and is an error without.
  explicit output_archive(byte_buffer& bytes, std::vector<cell_ptr>* references = nullptr) noexcept
      : bytes_(&bytes), references_(references) {}
  output_archive(const output_archive&) = delete;
  output_archive& operator=(const output_archive&) = delete;

  template <class... T>
  output_archive& operator()(const T&... values) {
    (write(values), ...);
    return *this;
  }
  template <class T>
  output_archive& operator<<(const T& value) {
    write(value);
    return *this;
  }
  template <class T>
  output_archive& operator&(const T& value) {
    write(value);
    return *this;
  }

  /// Writes what `cereal::defer` put off.
  void serializeDeferments();  // NOLINT: the name is cereal's

  /// Takes a reference along beside the bytes and returns the index that is to stand in them.
  std::uint32_t add_reference(const cell_ptr& reference);

  /// Where references go; null where they are an error.
  std::vector<cell_ptr>* references() const noexcept { return references_; }

  void write_bytes(const void* from, std::size_t count) { bytes_->append(from, count); }
  void write_count(std::size_t count) { put(static_cast<std::uint64_t>(count)); }

  template <class T>
  void write(const T& value);

 private:
  template <class T>
  void put(const T& number) {
    std::memcpy(bytes_->extend(sizeof(T)), &number, sizeof(T));
  }
  template <class T>
  void write_number(T number);
  template <class T>
  void write_elements(const T& container);
  template <class T>
  void write_wrapper(const T& wrapper);
  template <class T>
  void write_class(const T& value);
  bool first_time(const void* base, const std::type_info& type);
  void defer(void (*write)(output_archive&, const void*), const void* value);

  void enter() {
    if (++depth_ > archive_depth_max) archive_too_deep();
  }
  void leave() noexcept { --depth_; }

  struct deferment {
    void (*write)(output_archive&, const void*);
    const void* value;
  };
  struct written_base {
    const void* base;
    const std::type_info* type;
  };

  byte_buffer* bytes_;
  std::vector<cell_ptr>* references_;
  std::uint32_t depth_ = 0;
  std::vector<written_base> bases_;
  std::vector<deferment> deferments_;
};

template <class T>
void output_archive::write_number(T number) {
  if constexpr (std::is_same_v<T, bool>) {
    put(static_cast<std::uint8_t>(number ? 1 : 0));
  } else if constexpr (std::is_same_v<T, long double>) {
    // Ten of its sixteen bytes hold the value; the others are to be zero, not what lay there.
    constexpr std::size_t value_bytes = std::numeric_limits<T>::digits == 64 ? 10 : sizeof(T);
    std::byte* const at = bytes_->extend(sizeof(T));
    std::memset(at, 0, sizeof(T));
    std::memcpy(at, &number, value_bytes);
  } else {
    put(number);
  }
}

template <class T>
void output_archive::write_elements(const T& container) {
  enter();
  for (const auto& element : container) write(element);
  leave();
}

template <class T>
void output_archive::write(const T& value) {
  constexpr archive_kind kind = archive_kind_of<T>;
  if constexpr (kind == archive_kind::arithmetic) {
    write_number(value);
  } else if constexpr (kind == archive_kind::enumeration) {
    write_number(static_cast<std::underlying_type_t<T>>(value));
  } else if constexpr (kind == archive_kind::c_array) {
    using element = std::remove_all_extents_t<T>;
    if constexpr (travels_in_one_piece<element>) bytes_->append(&value, sizeof(T));
    else write_elements(value);
  } else if constexpr (kind == archive_kind::string) {
    write_count(value.size());
    bytes_->append(value.data(), value.size() * sizeof(typename T::value_type));
  } else if constexpr (kind == archive_kind::vector) {
    write_count(value.size());
    if constexpr (travels_in_one_piece<typename T::value_type>)
      bytes_->append(value.data(), value.size() * sizeof(typename T::value_type));
    else write_elements(value);
  } else if constexpr (kind == archive_kind::bit_vector) {
    write_count(value.size());
    for (const bool bit : value) write_number(bit);
  } else if constexpr (kind == archive_kind::sequence || kind == archive_kind::set) {
    write_count(value.size());
    write_elements(value);
  } else if constexpr (kind == archive_kind::map) {
    write_count(value.size());
    enter();
    for (const auto& [key, mapped] : value) {
      write(key);
      write(mapped);
    }
    leave();
  } else if constexpr (kind == archive_kind::array) {
    if constexpr (std::tuple_size_v<T> == 0) return;
    else if constexpr (travels_in_one_piece<typename T::value_type>)
      bytes_->append(value.data(), sizeof(T));
    else write_elements(value);
  } else if constexpr (kind == archive_kind::pair) {
    write(value.first);
    write(value.second);
  } else if constexpr (kind == archive_kind::tuple) {
    std::apply([this](const auto&... elements) { (this->write(elements), ...); }, value);
  } else if constexpr (kind == archive_kind::optional || kind == archive_kind::unique_pointer) {
    if constexpr (kind == archive_kind::unique_pointer) check_travels<T>();
    const bool there = static_cast<bool>(value);
    write_number(there);
    if (!there) return;
    enter();
    write(*value);
    leave();
  } else if constexpr (kind == archive_kind::variant) {
    if (value.valueless_by_exception()) archive_bad_value("a variant without a value", 0);
    put(static_cast<std::uint32_t>(value.index()));
    enter();
    std::visit([this](const auto& alternative) { this->write(alternative); }, value);
    leave();
  } else if constexpr (kind == archive_kind::duration) {
    write(value.count());
  } else if constexpr (kind == archive_kind::time_point) {
    write(value.time_since_epoch().count());
  } else if constexpr (kind == archive_kind::complex) {
    write_number(value.real());
    write_number(value.imag());
  } else if constexpr (kind == archive_kind::bitset) {
    for (std::size_t first = 0; first < value.size(); first += 8) {
      unsigned byte = 0;
      for (std::size_t bit = 0; bit < 8 && first + bit < value.size(); ++bit)
        byte |= static_cast<unsigned>(value[first + bit]) << bit;
      put(static_cast<std::uint8_t>(byte));
    }
  } else if constexpr (kind == archive_kind::nothing) {
  } else if constexpr (kind == archive_kind::other) {
    enter();
    write_class(value);
    leave();
  } else {
    write_wrapper(value);
  }
}

template <class T>
void output_archive::write_wrapper(const T& wrapper) {
  constexpr archive_kind kind = archive_kind_of<T>;
  if constexpr (kind == archive_kind::name_value) {
    write(wrapper.value);
  } else if constexpr (kind == archive_kind::size_tag) {
    write_count(static_cast<std::size_t>(wrapper.size));
  } else if constexpr (kind == archive_kind::binary_data) {
    write_bytes(wrapper.data, static_cast<std::size_t>(wrapper.size));
  } else if constexpr (kind == archive_kind::map_item) {
    write(wrapper.key);
    write(wrapper.value);
  } else if constexpr (kind == archive_kind::base_class) {
    write(*wrapper.base_ptr);
  } else if constexpr (kind == archive_kind::virtual_base_class) {
    using base = std::remove_cv_t<std::remove_pointer_t<decltype(wrapper.base_ptr)>>;
    if (first_time(wrapper.base_ptr, typeid(base))) write(*wrapper.base_ptr);
  } else {
    using value = std::remove_reference_t<decltype(wrapper.value)>;
    defer([](output_archive& out, const void* at) { out.write(*static_cast<const value*>(at)); },
          &wrapper.value);
  }
}

template <class T>
void output_archive::write_class(const T& value) {
  constexpr class_way way = [] {
    if constexpr (never_travels<T>) return class_way::none;
    else if constexpr (has_cereal_output<T>) return output_way<T>;
    else return class_way::none;
  }();
  // cereal's convention: one `serialize` serves both ways, and does not change what it writes.
  T& object = const_cast<T&>(value);
  if constexpr (way == class_way::member_serialize) cereal::access::member_serialize(*this, object);
  else if constexpr (way == class_way::free_serialize) serialize(*this, object);
  else if constexpr (way == class_way::member_split) cereal::access::member_save(*this, value);
  else if constexpr (way == class_way::free_split) save(*this, value);
  else if constexpr (way == class_way::member_minimal)
    write(cereal::access::member_save_minimal(*this, value));
  else if constexpr (way == class_way::free_minimal) write(save_minimal(*this, value));
  else if constexpr (way != class_way::none) {
    const std::uint32_t version = class_version<T>();
    put(version);
    if constexpr (way == class_way::member_versioned_serialize)
      cereal::access::member_serialize(*this, object, version);
    else if constexpr (way == class_way::free_versioned_serialize)
      serialize(*this, object, version);
    else if constexpr (way == class_way::member_versioned_split)
      cereal::access::member_save(*this, value, version);
    else if constexpr (way == class_way::free_versioned_split) save(*this, value, version);
    else if constexpr (way == class_way::member_versioned_minimal)
      write(cereal::access::member_save_minimal(*this, value, version));
    else write(save_minimal(*this, value, version));
  } else if constexpr (travels_as_bytes<T>) {
    write_bytes(&value, sizeof(T));
  } else if constexpr (travels_by_fields<T>) {
    with_fields(value, [this](const auto&... fields) { (this->write(fields), ...); });
  } else if constexpr (!std::is_empty_v<T>) {
    check_travels<T>();
  }
}

}  // namespace rt::detail
