#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>

#include <rt/detail/aggregate_leaves.hpp>
#include <rt/detail/archive_kind.hpp>

namespace rt::detail {

/// Why a type cannot be written down and read again; `none` where it can.
enum class travel_problem : std::uint8_t {
  none,
  reference,
  pointer,
  function,
  view,
  shared_pointer,
  polymorphic_pointer,
  array_pointer,
  no_default,        ///< cannot be made before it is read
  no_functions,      ///< neither cereal's functions nor a trivially copyable aggregate
  no_input,          ///< can be written, but not read
  no_output,         ///< can be read, but not written
  several_functions  ///< cereal finds more than one way
};

template <class T>
inline constexpr travel_problem class_problem = travel_problem::none;
template <class T>
inline constexpr travel_problem class_problem<std::shared_ptr<T>> = travel_problem::shared_pointer;
template <class T>
inline constexpr travel_problem class_problem<std::weak_ptr<T>> = travel_problem::shared_pointer;
template <class T, std::size_t N>
inline constexpr travel_problem class_problem<std::span<T, N>> = travel_problem::view;
template <class C, class R>
inline constexpr travel_problem class_problem<std::basic_string_view<C, R>> = travel_problem::view;
template <class T>
inline constexpr travel_problem class_problem<std::reference_wrapper<T>> =
    travel_problem::reference;
template <class T>
inline constexpr travel_problem class_problem<std::function<T>> = travel_problem::function;

template <class T>
constexpr travel_problem find_travel_problem();

template <class... T>
constexpr travel_problem first_travel_problem() {
  travel_problem first = travel_problem::none;
  ((first == travel_problem::none ? void(first = find_travel_problem<T>()) : void()), ...);
  return first;
}

/// Of what is in an aggregate only that is a problem which would not mean the same elsewhere: all that
/// is trivially copyable can be copied as bytes.
constexpr bool counts_inside(travel_problem problem) noexcept {
  return problem == travel_problem::pointer || problem == travel_problem::function ||
         problem == travel_problem::view || problem == travel_problem::reference;
}

template <class... T>
constexpr travel_problem fields_problem(type_list<T...>) {
  travel_problem first = travel_problem::none;
  for (const travel_problem each : {travel_problem::none, find_travel_problem<T>()...}) {
    if (counts_inside(each) && first == travel_problem::none) first = each;
  }
  return first;
}

template <class U>
struct is_problem_inside {
  static constexpr bool value = counts_inside(find_travel_problem<U>());
};
template <travel_problem Problem>
struct has_problem {
  template <class U>
  struct leaf {
    static constexpr bool value = find_travel_problem<U>() == Problem;
  };
};

/// The same of an aggregate whose fields cannot be told, as far as its leaves can.
template <class T>
constexpr travel_problem leaves_problem() {
  using enum travel_problem;
  if constexpr (!find_leaf<T, is_problem_inside>()) return none;
  else if constexpr (find_leaf<T, has_problem<pointer>::template leaf>()) return pointer;
  else if constexpr (find_leaf<T, has_problem<function>::template leaf>()) return function;
  else if constexpr (find_leaf<T, has_problem<view>::template leaf>()) return view;
  else return reference;
}

template <class T>
constexpr travel_problem find_class_problem() {
  if constexpr (class_problem<T> != travel_problem::none) return class_problem<T>;
  else if constexpr (!has_cereal_functions<T>) {
    if constexpr (!std::is_default_constructible_v<T>) return travel_problem::no_default;
    else if constexpr (travels_plainly<T> && field_count<T> == 0) return leaves_problem<T>();
    else if constexpr (travels_plainly<T>) return fields_problem(field_types<T>());
    else if constexpr (std::is_empty_v<T>) return travel_problem::none;
    else return travel_problem::no_functions;
  } else {
    using namespace cereal::traits::detail;
    constexpr bool out = has_cereal_output<T>;
    constexpr bool in = has_cereal_input<T>;
    if constexpr (!out && count_output_serializers<T, output_archive>::value != 0)
      return travel_problem::several_functions;
    else if constexpr (!in && count_input_serializers<T, input_archive>::value != 0)
      return travel_problem::several_functions;
    else if constexpr (!out) return travel_problem::no_output;
    else if constexpr (!in) return travel_problem::no_input;
    else if constexpr (!std::is_default_constructible_v<T>) return travel_problem::no_default;
    else return travel_problem::none;
  }
}

template <class... T>
constexpr travel_problem elements_problem(const std::tuple<T...>*) {
  return first_travel_problem<T...>();
}
template <class... T>
constexpr travel_problem elements_problem(const std::variant<T...>*) {
  return first_travel_problem<T...>();
}

template <class T>
constexpr travel_problem find_travel_problem() {
  using value = std::remove_cv_t<T>;
  constexpr archive_kind kind = archive_kind_of<value>;
  if constexpr (std::is_reference_v<T>) return travel_problem::reference;
  else if constexpr (std::is_function_v<T>) return travel_problem::function;
  else if constexpr (std::is_pointer_v<T> && std::is_function_v<std::remove_pointer_t<T>>)
    return travel_problem::function;
  else if constexpr (std::is_pointer_v<T> || std::is_member_pointer_v<T> ||
                     std::is_null_pointer_v<T>)
    return travel_problem::pointer;
  else if constexpr (std::is_void_v<T>) return travel_problem::no_functions;
  else if constexpr (kind == archive_kind::c_array)
    return find_travel_problem<std::remove_all_extents_t<value>>();
  else if constexpr (kind == archive_kind::vector || kind == archive_kind::sequence ||
                     kind == archive_kind::set || kind == archive_kind::array ||
                     kind == archive_kind::optional)
    return find_travel_problem<typename value::value_type>();
  else if constexpr (kind == archive_kind::map)
    return first_travel_problem<typename value::key_type, typename value::mapped_type>();
  else if constexpr (kind == archive_kind::pair)
    return first_travel_problem<typename value::first_type, typename value::second_type>();
  else if constexpr (kind == archive_kind::tuple || kind == archive_kind::variant)
    return elements_problem(static_cast<const value*>(nullptr));
  else if constexpr (kind == archive_kind::duration)
    return find_travel_problem<typename value::rep>();
  else if constexpr (kind == archive_kind::time_point)
    return find_travel_problem<typename value::duration>();
  else if constexpr (kind == archive_kind::unique_pointer) {
    using element = typename value::element_type;
    if constexpr (!std::is_same_v<value, std::unique_ptr<element>>)
      return travel_problem::array_pointer;
    else if constexpr (std::is_polymorphic_v<element>) return travel_problem::polymorphic_pointer;
    else return find_travel_problem<element>();
  } else if constexpr (kind == archive_kind::other && std::is_class_v<value>)
    return find_class_problem<value>();
  else if constexpr (kind == archive_kind::other) return travel_problem::no_functions;
  else return travel_problem::none;
}

template <class T>
inline constexpr travel_problem travel_problem_of = find_travel_problem<T>();

/// Whether a value of `T` can be written down and read again in another process.
/// Holds for what the standard library offers when it holds for the elements, and for a class when
/// it is default-constructible and cereal finds its functions both ways, or when it is a trivially
/// copyable aggregate without such functions. Members of a class are cereal's to check.
template <class T>
concept travels = travel_problem_of<T>
== travel_problem::none;

/// Whether `T` is refused whatever functions cereal has for it, as a member too.
template <class T>
inline constexpr bool never_travels =
    (!std::is_class_v<T> && !std::is_union_v<T>) || class_problem<T> != travel_problem::none;

/// Says at compile time what `T` needs in order to travel, if it cannot.
template <class T>
constexpr bool check_travels() {
  constexpr travel_problem p = travel_problem_of<T>;
  static_assert(p != travel_problem::reference, "rt: a reference cannot travel: give a value");
  static_assert(
      p != travel_problem::pointer,
      "rt: a raw pointer cannot travel: give the value it points to, or an rt::object_ref");
  static_assert(p != travel_problem::function,
                "rt: a function, a pointer to one and a std::function cannot travel: name the "
                "function in rt::remote<F> where it is to run");
  static_assert(p != travel_problem::view,
                "rt: a view cannot travel inside a value: give an owning container");
  static_assert(p != travel_problem::shared_pointer,
                "rt: std::shared_ptr and std::weak_ptr cannot travel: give a value, a "
                "std::unique_ptr, or an rt::object_ref to what is shared");
  static_assert(
      p != travel_problem::polymorphic_pointer,
      "rt: a std::unique_ptr to a polymorphic class cannot travel: give a std::variant of "
      "the classes it may be");
  static_assert(p != travel_problem::array_pointer,
                "rt: of std::unique_ptr only those with the default deleter and of a single object "
                "can travel: give a std::vector for an array");
  static_assert(p != travel_problem::no_default,
                "rt: a type that travels must be default-constructible, since it is made before it "
                "is read");
  static_assert(p != travel_problem::no_functions,
                "rt: this type cannot travel: give it `template <class Archive> void "
                "serialize(Archive& ar) { ar(members...); }`, or save and load, as for cereal");
  static_assert(
      p != travel_problem::no_input,
      "rt: this type can be written but not read: it has a save function of cereal's, but "
      "no load function");
  static_assert(
      p != travel_problem::no_output,
      "rt: this type can be read but not written: it has a load function of cereal's, but "
      "no const save function");
  static_assert(p != travel_problem::several_functions,
                "rt: cereal finds more than one way to write or read this type, perhaps inherited: "
                "say which by cereal::specialize");
  return p == travel_problem::none;
}

}  // namespace rt::detail
