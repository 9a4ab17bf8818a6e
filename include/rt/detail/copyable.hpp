#pragma once

#include <rt/detail/archive_kind.hpp>

#include <tuple>
#include <type_traits>
#include <variant>

namespace rt::detail {

template <class T>
constexpr bool find_copyable();

template <class... T>
constexpr bool all_copyable(const std::tuple<T...>*) {
  return (find_copyable<T>() && ...);
}
template <class... T>
constexpr bool all_copyable(const std::variant<T...>*) {
  return (find_copyable<T>() && ...);
}

// A container says of itself that it can be copied whatever its elements are, so these are asked.
template <class T>
constexpr bool find_copyable() {
  constexpr archive_kind kind = archive_kind_of<T>;
  if constexpr (!std::is_copy_constructible_v<T>) return false;
  else if constexpr (kind == archive_kind::vector || kind == archive_kind::sequence ||
                     kind == archive_kind::set || kind == archive_kind::array ||
                     kind == archive_kind::optional)
    return find_copyable<typename T::value_type>();
  else if constexpr (kind == archive_kind::map)
    return find_copyable<typename T::key_type>() && find_copyable<typename T::mapped_type>();
  else if constexpr (kind == archive_kind::pair)
    return find_copyable<typename T::first_type>() && find_copyable<typename T::second_type>();
  else if constexpr (kind == archive_kind::tuple || kind == archive_kind::variant)
    return all_copyable(static_cast<const T*>(nullptr));
  else return true;
}

/// Can a value of type `T` be copied? Not so a `std::vector<std::unique_ptr<U>>`. Inside classes of the
/// program's own only their own word counts.
template <class T>
inline constexpr bool copyable = find_copyable<T>();

}  // namespace rt::detail
