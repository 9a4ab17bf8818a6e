#pragma once

#include <array>
#include <bitset>
#include <chrono>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include <cereal/cereal.hpp>

#include <rt/detail/aggregate_fields.hpp>

namespace cereal {
/// Makes the archives' calls of `save`, `load` and `serialize` look into this namespace too, where
/// cereal's own headers put theirs.
struct roundtrip_archive_base {};
}  // namespace cereal

namespace rt::detail {
class output_archive;
class input_archive;
}  // namespace rt::detail

CEREAL_SETUP_ARCHIVE_TRAITS(rt::detail::input_archive, rt::detail::output_archive)

namespace rt::detail {

/// Tells how the archives take a type. What the standard library offers is taken by the archives
/// themselves, whatever headers of cereal a source includes, so that all sources of a program write
/// and read it alike.
enum class archive_kind : std::uint8_t {
  other,  ///< A class: by its cereal functions, else as bytes, else not at all.
  arithmetic,
  enumeration,
  c_array,
  string,
  vector,
  bit_vector,
  sequence,  ///< deque, list
  map,
  set,
  array,
  pair,
  tuple,
  optional,
  variant,
  nothing,  ///< monostate, nullopt_t and the like: no bytes at all
  unique_pointer,
  duration,
  time_point,
  complex,
  bitset,
  name_value,  ///< cereal's wrappers from here
  size_tag,
  binary_data,
  map_item,
  base_class,
  virtual_base_class,
  deferred,
};

// clang-format off
template <class T> inline constexpr archive_kind class_kind = archive_kind::other;
template <class C, class R, class A> inline constexpr archive_kind class_kind<std::basic_string<C, R, A>> = archive_kind::string;
template <class T, class A> inline constexpr archive_kind class_kind<std::vector<T, A>> = archive_kind::vector;
template <class A> inline constexpr archive_kind class_kind<std::vector<bool, A>> = archive_kind::bit_vector;
template <class T, class A> inline constexpr archive_kind class_kind<std::deque<T, A>> = archive_kind::sequence;
template <class T, class A> inline constexpr archive_kind class_kind<std::list<T, A>> = archive_kind::sequence;
template <class K, class T, class C, class A> inline constexpr archive_kind class_kind<std::map<K, T, C, A>> = archive_kind::map;
template <class K, class T, class C, class A> inline constexpr archive_kind class_kind<std::multimap<K, T, C, A>> = archive_kind::map;
template <class K, class T, class H, class E, class A> inline constexpr archive_kind class_kind<std::unordered_map<K, T, H, E, A>> = archive_kind::map;
template <class K, class T, class H, class E, class A> inline constexpr archive_kind class_kind<std::unordered_multimap<K, T, H, E, A>> = archive_kind::map;
template <class K, class C, class A> inline constexpr archive_kind class_kind<std::set<K, C, A>> = archive_kind::set;
template <class K, class C, class A> inline constexpr archive_kind class_kind<std::multiset<K, C, A>> = archive_kind::set;
template <class K, class H, class E, class A> inline constexpr archive_kind class_kind<std::unordered_set<K, H, E, A>> = archive_kind::set;
template <class K, class H, class E, class A> inline constexpr archive_kind class_kind<std::unordered_multiset<K, H, E, A>> = archive_kind::set;
template <class T, std::size_t N> inline constexpr archive_kind class_kind<std::array<T, N>> = archive_kind::array;
template <class A, class B> inline constexpr archive_kind class_kind<std::pair<A, B>> = archive_kind::pair;
template <class... T> inline constexpr archive_kind class_kind<std::tuple<T...>> = archive_kind::tuple;
template <class T> inline constexpr archive_kind class_kind<std::optional<T>> = archive_kind::optional;
template <class... T> inline constexpr archive_kind class_kind<std::variant<T...>> = archive_kind::variant;
template <> inline constexpr archive_kind class_kind<std::monostate> = archive_kind::nothing;
template <> inline constexpr archive_kind class_kind<std::nullptr_t> = archive_kind::nothing;
template <class T, class D> inline constexpr archive_kind class_kind<std::unique_ptr<T, D>> = archive_kind::unique_pointer;
template <class R, class P> inline constexpr archive_kind class_kind<std::chrono::duration<R, P>> = archive_kind::duration;
template <class C, class D> inline constexpr archive_kind class_kind<std::chrono::time_point<C, D>> = archive_kind::time_point;
template <class T> inline constexpr archive_kind class_kind<std::complex<T>> = archive_kind::complex;
template <std::size_t N> inline constexpr archive_kind class_kind<std::bitset<N>> = archive_kind::bitset;
template <class T> inline constexpr archive_kind class_kind<cereal::NameValuePair<T>> = archive_kind::name_value;
template <class T> inline constexpr archive_kind class_kind<cereal::SizeTag<T>> = archive_kind::size_tag;
template <class T> inline constexpr archive_kind class_kind<cereal::BinaryData<T>> = archive_kind::binary_data;
template <class K, class V> inline constexpr archive_kind class_kind<cereal::MapItem<K, V>> = archive_kind::map_item;
template <class T> inline constexpr archive_kind class_kind<cereal::base_class<T>> = archive_kind::base_class;
template <class T> inline constexpr archive_kind class_kind<cereal::virtual_base_class<T>> = archive_kind::virtual_base_class;
template <class T> inline constexpr archive_kind class_kind<cereal::DeferredData<T>> = archive_kind::deferred;
// clang-format on

template <class T>
constexpr archive_kind find_archive_kind() {
  if constexpr (std::is_arithmetic_v<T>) return archive_kind::arithmetic;
  else if constexpr (std::is_enum_v<T>) return archive_kind::enumeration;
  else if constexpr (std::is_array_v<T>) return archive_kind::c_array;
  else return class_kind<T>;
}

template <class T>
inline constexpr archive_kind archive_kind_of = find_archive_kind<std::remove_cv_t<T>>();

/// Whether cereal finds exactly one way to write `T` and one to read it.
template <class T>
inline constexpr bool has_cereal_output =
    cereal::traits::is_output_serializable<T, output_archive>::value;
template <class T>
inline constexpr bool has_cereal_input =
    cereal::traits::is_input_serializable<T, input_archive>::value;
/// Whether there is any function of cereal's for `T`, be it the wrong ones.
template <class T>
inline constexpr bool has_cereal_functions =
    cereal::traits::detail::count_output_serializers<T, output_archive>::value != 0 ||
    cereal::traits::detail::count_input_serializers<T, input_archive>::value != 0;

/// Whether `T` travels without functions of cereal's: a trivially copyable aggregate.
template <class T>
constexpr bool find_travels_plainly() {
  if constexpr (!std::is_class_v<T> || archive_kind_of<T> != archive_kind::other) return false;
  else if constexpr (!std::is_trivially_copyable_v<T> || !std::is_aggregate_v<T> ||
                     std::is_empty_v<T> || !std::is_copy_assignable_v<T>)
    return false;
  else return !has_cereal_functions<T>;
}

template <class T>
inline constexpr bool travels_plainly = find_travels_plainly<std::remove_cv_t<T>>();

template <class T>
constexpr bool has_bytes_without_value();

template <class... T>
constexpr bool any_has_bytes_without_value(type_list<T...>) {
  return (has_bytes_without_value<T>() || ...);
}

/// Whether not every byte of a `T` may be anything: of a bool most values are none, of a long double
/// some bytes are not used.
template <class T>
constexpr bool has_bytes_without_value() {
  if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, long double>) return true;
  else if constexpr (std::is_enum_v<T>) return std::is_same_v<std::underlying_type_t<T>, bool>;
  else if constexpr (archive_kind_of<T> == archive_kind::array)
    return has_bytes_without_value<typename T::value_type>();
  else if constexpr (travels_plainly<T>) return any_has_bytes_without_value(field_types<T>());
  else return false;
}

/// Whether an aggregate that travels plainly is written field by field, not as the bytes it lies in.
template <class T>
inline constexpr bool travels_by_fields =
    has_bytes_without_value<std::remove_cv_t<T>>() && travels_plainly<T>;
template <class T>
inline constexpr bool travels_as_bytes =
    !has_bytes_without_value<std::remove_cv_t<T>>() && travels_plainly<T>;

/// Whether elements of `T` that lie one after another are written in one piece. Not `bool`, whose
/// bytes are looked at when read, nor `long double`, which has bytes without a value.
template <class T>
constexpr bool find_travels_in_one_piece() {
  using value = std::remove_cv_t<T>;
  if constexpr (std::is_same_v<value, bool> || std::is_same_v<value, long double>) return false;
  else if constexpr (std::is_arithmetic_v<value>) return true;
  else if constexpr (std::is_enum_v<value>)
    return !std::is_same_v<std::underlying_type_t<value>, bool>;
  else return travels_as_bytes<value>;
}

template <class T>
inline constexpr bool travels_in_one_piece = find_travels_in_one_piece<T>();

/// The least number of bytes that a value of `T` is written in; 0 where that cannot be told.
template <class T>
constexpr std::size_t encoded_size_min() {
  using value = std::remove_cv_t<T>;
  constexpr archive_kind kind = archive_kind_of<value>;
  if constexpr (kind == archive_kind::arithmetic || kind == archive_kind::enumeration ||
                kind == archive_kind::duration || kind == archive_kind::complex ||
                travels_as_bytes<value>)
    return sizeof(value);
  else if constexpr (kind == archive_kind::string || kind == archive_kind::vector ||
                     kind == archive_kind::bit_vector || kind == archive_kind::sequence ||
                     kind == archive_kind::map || kind == archive_kind::set)
    return sizeof(std::uint64_t);
  else if constexpr (kind == archive_kind::optional || kind == archive_kind::unique_pointer)
    return 1;
  else if constexpr (kind == archive_kind::variant) return sizeof(std::uint32_t);
  else if constexpr (kind == archive_kind::array)
    return std::tuple_size_v<value> * encoded_size_min<typename value::value_type>();
  else if constexpr (kind == archive_kind::pair)
    return encoded_size_min<typename value::first_type>() +
           encoded_size_min<typename value::second_type>();
  else if constexpr (kind == archive_kind::time_point) return sizeof(typename value::duration);
  else if constexpr (travels_by_fields<value>) return 1;
  else return 0;
}

}  // namespace rt::detail
