#pragma once

#include <rt/detail/travels.hpp>

namespace rt::detail {

/// Which of cereal's ways a class is written and read by.
enum class class_way : std::uint8_t {
  none,
  member_serialize,
  free_serialize,
  member_split,
  free_split,
  member_minimal,
  free_minimal,
  member_versioned_serialize,
  free_versioned_serialize,
  member_versioned_split,
  free_versioned_split,
  member_versioned_minimal,
  free_versioned_minimal,
};

// A way counts when it exists and is the one cereal::specialize names, if it names any.
template <bool Exists, bool Named, bool Any>
inline constexpr bool way_counts = Exists && (Named || !Any);

// clang-format off
template <class T>
constexpr class_way find_output_way() {
  namespace ct = cereal::traits;
  using A = output_archive;
  constexpr bool any = ct::is_specialized<T, A>::value;
  if constexpr (way_counts<ct::has_member_serialize<T, A>::value, ct::is_specialized_member_serialize<T, A>::value, any>) return class_way::member_serialize;
  else if constexpr (way_counts<ct::has_non_member_serialize<T, A>::value, ct::is_specialized_non_member_serialize<T, A>::value, any>) return class_way::free_serialize;
  else if constexpr (way_counts<ct::has_member_save<T, A>::value, ct::is_specialized_member_save<T, A>::value, any>) return class_way::member_split;
  else if constexpr (way_counts<ct::has_non_member_save<T, A>::value, ct::is_specialized_non_member_save<T, A>::value, any>) return class_way::free_split;
  else if constexpr (way_counts<ct::has_member_save_minimal<T, A>::value, ct::is_specialized_member_save_minimal<T, A>::value, any>) return class_way::member_minimal;
  else if constexpr (way_counts<ct::has_non_member_save_minimal<T, A>::value, ct::is_specialized_non_member_save_minimal<T, A>::value, any>) return class_way::free_minimal;
  else if constexpr (way_counts<ct::has_member_versioned_serialize<T, A>::value, ct::is_specialized_member_versioned_serialize<T, A>::value, any>) return class_way::member_versioned_serialize;
  else if constexpr (way_counts<ct::has_non_member_versioned_serialize<T, A>::value, ct::is_specialized_non_member_versioned_serialize<T, A>::value, any>) return class_way::free_versioned_serialize;
  else if constexpr (way_counts<ct::has_member_versioned_save<T, A>::value, ct::is_specialized_member_versioned_save<T, A>::value, any>) return class_way::member_versioned_split;
  else if constexpr (way_counts<ct::has_non_member_versioned_save<T, A>::value, ct::is_specialized_non_member_versioned_save<T, A>::value, any>) return class_way::free_versioned_split;
  else if constexpr (way_counts<ct::has_member_versioned_save_minimal<T, A>::value, ct::is_specialized_member_versioned_save_minimal<T, A>::value, any>) return class_way::member_versioned_minimal;
  else if constexpr (way_counts<ct::has_non_member_versioned_save_minimal<T, A>::value, ct::is_specialized_non_member_versioned_save_minimal<T, A>::value, any>) return class_way::free_versioned_minimal;
  else return class_way::none;
}

template <class T>
constexpr class_way find_input_way() {
  namespace ct = cereal::traits;
  using A = input_archive;
  constexpr bool any = ct::is_specialized<T, A>::value;
  if constexpr (way_counts<ct::has_member_serialize<T, A>::value, ct::is_specialized_member_serialize<T, A>::value, any>) return class_way::member_serialize;
  else if constexpr (way_counts<ct::has_non_member_serialize<T, A>::value, ct::is_specialized_non_member_serialize<T, A>::value, any>) return class_way::free_serialize;
  else if constexpr (way_counts<ct::has_member_load<T, A>::value, ct::is_specialized_member_load<T, A>::value, any>) return class_way::member_split;
  else if constexpr (way_counts<ct::has_non_member_load<T, A>::value, ct::is_specialized_non_member_load<T, A>::value, any>) return class_way::free_split;
  else if constexpr (way_counts<ct::has_member_load_minimal<T, A>::value, ct::is_specialized_member_load_minimal<T, A>::value, any>) return class_way::member_minimal;
  else if constexpr (way_counts<ct::has_non_member_load_minimal<T, A>::value, ct::is_specialized_non_member_load_minimal<T, A>::value, any>) return class_way::free_minimal;
  else if constexpr (way_counts<ct::has_member_versioned_serialize<T, A>::value, ct::is_specialized_member_versioned_serialize<T, A>::value, any>) return class_way::member_versioned_serialize;
  else if constexpr (way_counts<ct::has_non_member_versioned_serialize<T, A>::value, ct::is_specialized_non_member_versioned_serialize<T, A>::value, any>) return class_way::free_versioned_serialize;
  else if constexpr (way_counts<ct::has_member_versioned_load<T, A>::value, ct::is_specialized_member_versioned_load<T, A>::value, any>) return class_way::member_versioned_split;
  else if constexpr (way_counts<ct::has_non_member_versioned_load<T, A>::value, ct::is_specialized_non_member_versioned_load<T, A>::value, any>) return class_way::free_versioned_split;
  else if constexpr (way_counts<ct::has_member_versioned_load_minimal<T, A>::value, ct::is_specialized_member_versioned_load_minimal<T, A>::value, any>) return class_way::member_versioned_minimal;
  else if constexpr (way_counts<ct::has_non_member_versioned_load_minimal<T, A>::value, ct::is_specialized_non_member_versioned_load_minimal<T, A>::value, any>) return class_way::free_versioned_minimal;
  else return class_way::none;
}
// clang-format on

template <class T>
inline constexpr class_way output_way = find_output_way<T>();
template <class T>
inline constexpr class_way input_way = find_input_way<T>();

// The macro CEREAL_CLASS_VERSION sets it; each object of a class with versions carries it.
template <class T>
std::uint32_t class_version() {
  return cereal::detail::Version<T>::version;
}

}  // namespace rt::detail
