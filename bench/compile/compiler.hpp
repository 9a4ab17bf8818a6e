#pragma once

#include <string>

namespace bench {

/// Compiles `source` as C++20 at -O2 with the compiler that built this program and the library's
/// headers; returns the seconds of processor time that took.
/// Errors: std::runtime_error if it does not compile; the compiler's words are on stderr.
double compile_seconds(const std::string& source);

}  // namespace bench
