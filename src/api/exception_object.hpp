#pragma once

#include <exception>
#include <string>
#include <typeinfo>
#include <vector>

namespace rt::detail {

/// An exception as the C++ runtime keeps it: where it lies and its class.
/// Owner: the exception_ptr it was taken from.
struct exception_object {
  void* address = nullptr;
  const std::type_info* type = nullptr;
};

/// Looks into `exception` without throwing it.
exception_object look_into(const std::exception_ptr& exception) noexcept;

/// Returns the object as `catch (const target&)` would see it; null if that would not catch it, be it
/// that `target` is no base, an ambiguous one or not a public one.
void* catch_as(const std::type_info& target, const std::type_info& thrown, void* object) noexcept;

template <class T>
const T* catch_as(const exception_object& exception) noexcept {
  if (exception.type == nullptr) return nullptr;
  return static_cast<const T*>(catch_as(typeid(T), *exception.type, exception.address));
}

/// Returns `type` and its base classes, nearest first.
std::vector<const std::type_info*> with_bases(const std::type_info& type);

/// Whether two are the same class: also across shared libraries, unless it is hidden in its source.
bool same_type(const std::type_info& a, const std::type_info& b) noexcept;

/// Whether the class has a name that only its own source can speak of.
bool is_hidden_type(const std::type_info& type) noexcept;

}  // namespace rt::detail
