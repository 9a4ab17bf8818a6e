#pragma once

#include <string>
#include <string_view>
#include <typeinfo>
#include <vector>

#include <rt/detail/thrown.hpp>

#include "api/exception_object.hpp"

namespace rt::detail {

/// Returns what is known of the class, null if it was not declared.
const declared_exception* find_declared(const std::type_info& type) noexcept;

/// Returns what is known of the class that another process calls `id`.
const declared_exception* find_declared(std::string_view id) noexcept;

/// Returns the name by which processes speak of the class: its mangled name, and the source's if it
/// is hidden there.
std::string exception_id(const declared_exception& declared);

/// A declared class that an exception can be caught as, and the exception seen so.
struct declared_view {
  const declared_exception* declared;
  const void* object;
};

/// Returns the declared classes that `exception` can be caught as, nearest first.
std::vector<declared_view> declared_views(const exception_object& exception);

/// A table of exceptions that are declared by themselves.
struct declared_table {
  const declared_exception* first;
  std::size_t count;
};
declared_table builtin_exceptions() noexcept;
/// Those of them that carry a std::error_code.
declared_table coded_exceptions() noexcept;

}  // namespace rt::detail
