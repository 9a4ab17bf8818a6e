#pragma once

#include <type_traits>

#include <rt/detail/archive_output.hpp>
#include <rt/detail/archive_read.hpp>

namespace rt::detail {

/// Writes one value; numbers, enums and trivially copyable aggregates cost no template of cereal's.
template <class T>
void write_value(output_archive& out, const T& value) {
  out.write(value);
}

/// Reads what `write_value` wrote.   Errors: serialization_error.
template <class T>
T read_value(input_archive& in) {
  if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>) {
    T value;
    in.read(value);
    return value;
  } else {
    T value{};
    in.read(value);
    return value;
  }
}

}  // namespace rt::detail
