#include "api/exception_object.hpp"

#include <cxxabi.h>

#include <cstring>

#include <rt/detail/thrown.hpp>

#ifndef __GLIBCXX__
#error "exceptions of tasks need libstdc++: they are looked at by its own interface"
#endif

namespace rt::detail {
namespace {

// A class deeper or wider than this is searched for a declared base only so far.
constexpr std::size_t bases_max = 64;

}  // namespace

exception_object look_into(const std::exception_ptr& exception) noexcept {
  static_assert(sizeof(std::exception_ptr) == sizeof(void*), "it holds the object's address alone");
  exception_object object;
  if (exception == nullptr) return object;
  std::memcpy(&object.address, static_cast<const void*>(&exception), sizeof(object.address));
  object.type = exception.__cxa_exception_type();
  return object;
}

void* catch_as(const std::type_info& target, const std::type_info& thrown, void* object) noexcept {
  if (thrown.__is_pointer_p()) return nullptr;
  void* seen = object;
  return target.__do_catch(&thrown, &seen, 1) ? seen : nullptr;
}

std::vector<const std::type_info*> with_bases(const std::type_info& type) {
  std::vector<const std::type_info*> found{&type};
  for (std::size_t i = 0; i < found.size() && found.size() < bases_max; ++i) {
    const std::type_info* const each = found[i];
    if (const auto* one = dynamic_cast<const abi::__si_class_type_info*>(each)) {
      found.push_back(one->__base_type);
    } else if (const auto* many = dynamic_cast<const abi::__vmi_class_type_info*>(each)) {
      for (unsigned base = 0; base < many->__base_count; ++base)
        found.push_back(many->__base_info[base].__base_type);
    }
  }
  return found;
}

bool is_hidden_type(const std::type_info& type) noexcept {
  // libstdc++ marks internal linkage by a first '*', which `name` hides; clang does not always set it.
  return std::strstr(type.name(), "_GLOBAL__N_") != nullptr;
}

bool same_type(const std::type_info& a, const std::type_info& b) noexcept {
  if (&a == &b) return true;
  return !is_hidden_type(a) && a == b;
}

bool holds(const std::exception_ptr& made, const std::type_info& type) noexcept {
  const exception_object object = look_into(made);
  return object.type != nullptr && same_type(*object.type, type);
}

}  // namespace rt::detail
