#pragma once

#include <rt/object_ref.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace rt::detail {

/// How a parameter takes its argument.
enum class parameter_kind {
  value,        ///< T
  const_ref,    ///< const T&
  rvalue_ref,   ///< T&&
  view,         ///< std::span<const T>, std::string_view
  mutable_ref,  ///< refused, as all below
  pointer,
  mutable_view,
};

/// An owned array of `bool`: `std::vector<bool>` has no bools to look at.
struct bool_array {
  std::unique_ptr<bool[]> data;
  std::size_t size = 0;

  bool_array() = default;
  explicit bool_array(std::span<const bool> from) : data(new bool[from.size()]), size(from.size()) {
    std::copy(from.begin(), from.end(), data.get());
  }
  bool_array(const bool_array& other) : bool_array(other.view()) {}
  bool_array(bool_array&&) noexcept = default;
  bool_array& operator=(bool_array other) noexcept {
    std::swap(data, other.data);
    std::swap(size, other.size);
    return *this;
  }
  ~bool_array() = default;
  std::span<const bool> view() const noexcept { return {data.get(), size}; }

  template <class Archive>
  void save(Archive& archive) const {
    archive(std::vector<bool>(data.get(), data.get() + size));
  }
  template <class Archive>
  void load(Archive& archive) {
    std::vector<bool> bits;
    archive(bits);
    data.reset(new bool[bits.size()]);
    size = bits.size();
    std::copy(bits.begin(), bits.end(), data.get());
  }
};

template <class T>
struct view_traits {
  static constexpr bool is_view = false;
  static constexpr bool is_mutable = false;
};
template <class T, std::size_t Extent>
struct view_traits<std::span<T, Extent>> {
  static constexpr bool is_view = true;
  static constexpr bool is_mutable = !std::is_const_v<T>;
  using element = std::remove_cv_t<T>;
  using stored =
      std::conditional_t<std::is_same_v<element, bool>, bool_array, std::vector<element>>;
  static constexpr std::size_t extent = Extent;
};
template <class Char, class Traits>
struct view_traits<std::basic_string_view<Char, Traits>> {
  static constexpr bool is_view = true;
  static constexpr bool is_mutable = false;
  using element = Char;
  using stored = std::basic_string<Char, Traits>;
  static constexpr std::size_t extent = std::dynamic_extent;
};

template <class T>
inline constexpr bool is_object_ref = false;
template <class T>
inline constexpr bool is_object_ref<object_ref<T>> = true;

/// The type that a reference leads to.
template <class T>
struct referred {};
template <class T>
struct referred<object_ref<T>> {
  using type = T;
};
template <class T>
using referred_t = typename referred<T>::type;

/// `P` as a function declares it.
template <class P>
struct parameter {
  using bare = std::remove_cvref_t<P>;
  static constexpr bool by_ref = std::is_lvalue_reference_v<P>;
  static constexpr bool is_const_ref = by_ref && std::is_const_v<std::remove_reference_t<P>> &&
                                       !std::is_volatile_v<std::remove_reference_t<P>>;

  static constexpr parameter_kind find_kind() {
    if constexpr (view_traits<bare>::is_view) {
      if constexpr (view_traits<bare>::is_mutable) return parameter_kind::mutable_view;
      else if constexpr (by_ref && !is_const_ref) return parameter_kind::mutable_ref;
      else return parameter_kind::view;
    } else if constexpr (std::is_pointer_v<bare> || std::is_member_pointer_v<bare>) {
      return parameter_kind::pointer;
    } else if constexpr (is_const_ref) {
      return parameter_kind::const_ref;
    } else if constexpr (by_ref) {
      return parameter_kind::mutable_ref;
    } else if constexpr (std::is_rvalue_reference_v<P>) {
      return parameter_kind::rvalue_ref;
    } else {
      return parameter_kind::value;
    }
  }
  static constexpr parameter_kind kind = find_kind();
  static constexpr bool accepted = kind <= parameter_kind::view;
  /// Does the function get an object that it may take apart?
  static constexpr bool consumes =
      kind == parameter_kind::value || kind == parameter_kind::rvalue_ref;

  static constexpr auto find_stored() {
    if constexpr (view_traits<bare>::is_view) {
      return std::type_identity<typename view_traits<bare>::stored>{};
    } else {
      return std::type_identity<bare>{};
    }
  }
  /// What is kept of an argument until the function has run.
  using stored = typename decltype(find_stored())::type;
};

}  // namespace rt::detail
