#pragma once

#include <rt/detail/thrown.hpp>

#define RT_DETAIL_JOIN_(a, b) a##b
#define RT_DETAIL_JOIN(a, b) RT_DETAIL_JOIN_(a, b)

/// Declares an exception class of the program's own, so that what a task throws comes back as it:
///
///     class parse_error : public std::runtime_error { using runtime_error::runtime_error; };
///     RT_EXCEPTION(parse_error);
///
/// Stands at any namespace scope, in a header too, after the class; a semicolon may follow. The class must be copyable and
/// not final, its `what()` not final, and either be constructible from a `std::string` (it is given
/// the original text) or be default-constructible with functions of cereal's.
/// Errors: what is missing is a compile error.
#define RT_EXCEPTION(...)                                                                        \
  static_assert(::rt::detail::check_exception<__VA_ARGS__>());                                   \
  [[maybe_unused]] static const ::rt::detail::exception_declaration<__VA_ARGS__> RT_DETAIL_JOIN( \
      rt_exception_declaration_, __COUNTER__){__BASE_FILE__};
