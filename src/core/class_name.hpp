#pragma once

#include <string>
#include <typeinfo>

namespace rt::detail {

/// Returns what stands in the source for a mangled name; the name itself if it is none.
std::string demangled(const char* mangled);

/// Returns the name of a class as people write it.
std::string class_name(const std::type_info& type);

}  // namespace rt::detail
