#pragma once

#include <rt/detail/call_result.hpp>
#include <rt/detail/function_traits.hpp>
#include <rt/detail/stored_argument.hpp>
#include <rt/detail/travels.hpp>
#include <rt/detail/type_list.hpp>

#include <cstddef>
#include <type_traits>

namespace rt::detail {

template <class Parameters, std::size_t I>
constexpr parameter_kind kind_at() {
  if constexpr (I < list_size<Parameters>) {
    return parameter<list_element_t<I, Parameters>>::kind;
  } else {
    return parameter_kind::value;
  }
}

template <class Parameters, class Arguments, std::size_t I>
constexpr misfit misfit_at() {
  if constexpr (I < list_size<Parameters> && I < list_size<Arguments>) {
    return argument_plan<list_element_t<I, Parameters>, list_element_t<I, Arguments>>::problem;
  } else {
    return misfit::none;
  }
}

/// Is a result of type `R` one that can be kept?
template <class R>
constexpr bool find_result_accepted() {
  using bare = typename call_result<R>::type;
  return !std::is_pointer_v<bare> && !std::is_member_pointer_v<bare> && !view_traits<bare>::is_view;
}
template <class R>
inline constexpr bool result_accepted = find_result_accepted<R>();

template <class Parameters, std::size_t... I>
constexpr bool parameters_accepted(std::index_sequence<I...>) {
  return (parameter<list_element_t<I, Parameters>>::accepted && ...);
}
template <class Parameters, class Arguments, std::size_t... I>
constexpr bool arguments_fit(std::index_sequence<I...>) {
  return ((misfit_at<Parameters, Arguments, I>() == misfit::none) && ...);
}

template <class Parameters>
using indices_of = std::make_index_sequence<list_size<Parameters>>;

// A static assertion's text is a literal, so each place in a list of arguments needs its own.
// clang-format off
#define RT_DETAIL_EACH_PLACE(ASSERT, LATER) \
  ASSERT(0, "1")                            \
  ASSERT(1, "2")                            \
  ASSERT(2, "3")                            \
  ASSERT(3, "4")                            \
  ASSERT(4, "5")                            \
  ASSERT(5, "6")                            \
  ASSERT(6, "7")                            \
  ASSERT(7, "8")                            \
  ASSERT(8, "9")                            \
  LATER

/// Checks that a function's parameters and result can travel at all, with a sentence for each reason.
template <class Signature>
constexpr bool check_signature() {
  using parameters = typename Signature::parameters;
  constexpr bool accepted = parameters_accepted<parameters>(indices_of<parameters>{});
  // Place by place only where something is wrong: compilers would pay for each sentence.
  if constexpr (!accepted) {
#define RT_DETAIL_PARAMETER(INDEX, PLACE)                                                          \
  static_assert(kind_at<parameters, INDEX>() != parameter_kind::mutable_ref,                       \
                "rt::remote: parameter " PLACE                                                     \
                " is a reference that could be written through: take a value or a const T&");      \
  static_assert(kind_at<parameters, INDEX>() != parameter_kind::pointer,                           \
                "rt::remote: parameter " PLACE                                                     \
                " is a pointer, which means nothing elsewhere: take a value, a const T& or an "    \
                "rt::object_ref");                                                                 \
  static_assert(kind_at<parameters, INDEX>() != parameter_kind::mutable_view,                      \
                "rt::remote: parameter " PLACE                                                     \
                " is a view that could be written through: take a std::span of const elements");
  RT_DETAIL_EACH_PLACE(RT_DETAIL_PARAMETER,
                       static_assert(accepted || list_size<parameters> <= 9,
                                     "rt::remote: a parameter after the 9th is a pointer, a "
                                     "reference or a view that could be written through");)
#undef RT_DETAIL_PARAMETER
  }
  constexpr bool result = result_accepted<typename Signature::result>;
  static_assert(result,
                "rt::remote: the result is a pointer or a view into memory that ends with the call: "
                "return a value");
  return accepted && result;
}

/// Checks that everything a call stores can be written down.
template <class Signature>
constexpr bool check_signature_travels() {
  return []<class... P>(type_list<P...>*) {
    bool all = true;
    ((all = check_travels<typename parameter<P>::stored>() && all), ...);
    using result = typename call_result<typename Signature::result>::type;
    if constexpr (!std::is_void_v<result>) all = check_travels<result>() && all;
    return all;
  }(static_cast<typename Signature::parameters*>(nullptr));
}

/// Checks the arguments of one call, with a sentence that names the first that does not fit.
template <class Parameters, class Arguments>
constexpr bool check_arguments() {
  constexpr bool number = list_size<Parameters> == list_size<Arguments>;
  static_assert(number || list_size<Arguments> > list_size<Parameters>,
                "rt::remote: too few arguments (default arguments do not exist through a pointer: "
                "give all)");
  static_assert(number || list_size<Arguments> < list_size<Parameters>,
                "rt::remote: too many arguments");
  if constexpr (number) {
    constexpr bool fit = arguments_fit<Parameters, Arguments>(indices_of<Parameters>{});
    if constexpr (!fit) {
#define RT_DETAIL_ARGUMENT(INDEX, PLACE)                                                          \
  static_assert(misfit_at<Parameters, Arguments, INDEX>() != misfit::type,                        \
                "rt::remote: argument " PLACE " does not fit: it does not convert to the type of " \
                "its parameter");                                                                 \
  static_assert(misfit_at<Parameters, Arguments, INDEX>() != misfit::narrowing,                   \
                "rt::remote: argument " PLACE                                                     \
                " does not fit: floating to integral and pointer to bool are refused");           \
  static_assert(misfit_at<Parameters, Arguments, INDEX>() != misfit::move_only,                   \
                "rt::remote: argument " PLACE                                                     \
                " does not fit: a move-only parameter takes no object_ref, since the object is "  \
                "shared; take it by const T&");
    RT_DETAIL_EACH_PLACE(RT_DETAIL_ARGUMENT,
                         static_assert(fit || list_size<Parameters> <= 9,
                                       "rt::remote: an argument after the 9th does not fit");)
#undef RT_DETAIL_ARGUMENT
    }
    return fit;
  } else {
    return false;
  }
}
#undef RT_DETAIL_EACH_PLACE
// clang-format on

/// The same without an error.
template <class Signature, class Arguments>
constexpr bool find_callable() {
  using parameters = typename Signature::parameters;
  if constexpr (!Signature::valid) {
    return false;
  } else if constexpr (!parameters_accepted<parameters>(indices_of<parameters>{}) ||
                       !result_accepted<typename Signature::result> ||
                       list_size<parameters> != list_size<Arguments>) {
    return false;
  } else {
    return arguments_fit<parameters, Arguments>(indices_of<parameters>{});
  }
}

}  // namespace rt::detail
