#pragma once

#include <type_traits>

#include <rt/detail/archive.hpp>
#include <rt/detail/travels.hpp>

namespace rt {

/// Says that copies of a `T` share state, as those of a handle or a copy-on-write class do.
/// Values of such a type go through bytes even within one process, so that what a task changes in
/// its copy is never seen by another. Specialize it for a type of yours:
/// `template <> struct rt::shares_state<image> : std::true_type {};`
template <class T>
struct shares_state : std::false_type {};

}  // namespace rt
