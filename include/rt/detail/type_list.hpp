#pragma once

#include <cstddef>
#include <tuple>

namespace rt::detail {

/// Types in their order, and nothing else: unlike a `std::tuple`, which compilers complete wherever a
/// pointer to one is an argument, it costs them nothing.
template <class... T>
struct type_list {};

template <class List>
inline constexpr std::size_t list_size = 0;
template <class... T>
inline constexpr std::size_t list_size<type_list<T...>> = sizeof...(T);

template <std::size_t I, class List>
struct list_element;
template <std::size_t I, class... T>
struct list_element<I, type_list<T...>> : std::tuple_element<I, std::tuple<T...>> {};
template <std::size_t I, class List>
using list_element_t = typename list_element<I, List>::type;

}  // namespace rt::detail
