#pragma once

#include <rt/detail/parameter.hpp>

#include <cstddef>
#include <span>
#include <type_traits>

namespace rt::detail {

/// The view that a parameter of type `View` gets of a contiguous holder.
/// Errors: `errc::invalid_argument` when a view of fixed size meets another number of elements.
void check_extent(std::size_t wanted, std::size_t given);
template <class View, class Holder>
View view_of(const Holder& holder) {
  using traits = view_traits<View>;
  if constexpr (std::is_same_v<Holder, bool_array>) {
    return View(holder.view());
  } else if constexpr (traits::extent != std::dynamic_extent) {
    const std::span<const typename traits::element> all(holder);
    check_extent(traits::extent, all.size());
    return View(all.data(), traits::extent);
  } else if constexpr (!std::is_convertible_v<const Holder&, View>) {
    const std::span<const typename traits::element> all(holder);
    return View(all.data(), all.size());
  } else {
    return View(holder);
  }
}

/// Can a parameter of type `View` be shown a `Holder`?
template <class View, class Holder>
constexpr bool find_viewable() {
  if constexpr (std::is_convertible_v<Holder, View>) {
    return true;
  } else if constexpr (requires { typename view_traits<View>::element; }) {
    // A fixed size is checked when it is known, at run time; characters need not lie in a string.
    return std::is_convertible_v<Holder, std::span<const typename view_traits<View>::element>>;
  } else {
    return false;
  }
}
template <class View, class Holder>
inline constexpr bool viewable = find_viewable<View, Holder>();

}  // namespace rt::detail
