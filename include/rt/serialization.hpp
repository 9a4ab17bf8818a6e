#pragma once

#include <type_traits>

#include <rt/detail/archive.hpp>
#include <rt/detail/travels.hpp>

/// What travels: how values are written when they leave their process.
///
/// Numbers, enums and what the standard library offers travel by themselves: strings, containers,
/// pair, tuple, array, optional, variant, durations, times, complex numbers, bitsets, and unique_ptr
/// to a class that is not polymorphic. A class travels when it is default-constructible and has
/// cereal's functions (`serialize`, `save` and `load`, …), in which it may name all of these; cereal's
/// headers are needed only for what cereal knows beyond them.
///
/// A trivially copyable aggregate without such functions travels as the bytes it lies in. Pointers and
/// views in it are refused, also in its arrays, base classes and members' members. Not seen are: what a
/// member that is a class hides in a private part, all of a union but its first member, and, where
/// there are arrays, what lies behind the first 512 scalars. An
/// enum may hold any number of its underlying type after reading, so a `switch` over one needs its
/// default, and one without a fixed underlying type is better given one.
namespace rt {

/// Says that copies of a `T` share state, as those of a handle or a copy-on-write class do.
/// Values of such a type go through bytes even within one process, so that what a task changes in
/// its copy is never seen by another. Specialize it for a type of yours:
/// `template <> struct rt::shares_state<image> : std::true_type {};`
template <class T>
struct shares_state : std::false_type {};

}  // namespace rt
