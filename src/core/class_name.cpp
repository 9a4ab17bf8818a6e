#include "core/class_name.hpp"

#include <cxxabi.h>

#include <cstdlib>
#include <memory>

namespace rt::detail {

std::string demangled(const char* mangled) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> readable(
      abi::__cxa_demangle(mangled, nullptr, nullptr, &status), &std::free);
  return readable ? readable.get() : mangled;
}

std::string class_name(const std::type_info& type) { return demangled(type.name()); }

}  // namespace rt::detail
