#pragma once

#include <exception>
#include <memory>
#include <string>
#include <type_traits>
#include <typeinfo>

#include <rt/detail/archive.hpp>
#include <rt/task_error.hpp>

namespace rt::detail {

using failure_ptr = std::shared_ptr<const task_failure>;

/// What `get` throws for a `T` that a task threw: a copy of it that also is a `task_error`.
/// Not final: `std::throw_with_nested` derives from what it throws.
template <class T>
class thrown : public T, public task_error {
 public:
  thrown(const T& original, failure_ptr failure) : T(original), task_error(std::move(failure)) {}
  const char* what() const noexcept override { return task_error::what(); }
};

/// The same for an original that was thrown with another exception nested in it.
template <class T>
class thrown_nested : public thrown<T>, public std::nested_exception {
 public:
  thrown_nested(const T& original, failure_ptr failure, const std::nested_exception& nested)
      : thrown<T>(original, std::move(failure)), std::nested_exception(nested) {}
};

/// Whether `made` holds an `E`, not what copying the `E` threw.
bool holds(const std::exception_ptr& made, const std::type_info& type) noexcept;

template <class E>
std::exception_ptr exception_or_null(const E& exception) {
  std::exception_ptr made = std::make_exception_ptr(exception);
  return holds(made, typeid(E)) ? made : nullptr;
}

/// Makes what `get` throws; without a failure, a plain copy. Null if copying `original` throws.
template <class T>
std::exception_ptr make_thrown(const T& original, failure_ptr failure,
                               const std::nested_exception* nested = nullptr) {
  try {
    if (failure == nullptr) return exception_or_null(original);
    if constexpr (!std::is_base_of_v<std::nested_exception, T>) {
      if (nested != nullptr)
        return exception_or_null(thrown_nested<T>(original, std::move(failure), *nested));
    }
    return exception_or_null(thrown<T>(original, std::move(failure)));
  } catch (...) {
    return nullptr;
  }
}

/// What is known of an exception class that was declared: how to wrap, write and read it.
/// Owner: constant or static objects that are never destroyed.
struct declared_exception {
  const std::type_info* type = nullptr;
  /// The source that declared it, which tells apart classes of unnamed namespaces.
  const char* file = "";
  /// Copies the object at `original` into what `get` throws; null if that throws.
  std::exception_ptr (*wrap)(const void* original, failure_ptr failure,
                             const std::nested_exception* nested) = nullptr;
  /// Writes the state of the object; null where its text says all.
  void (*write)(output_archive& out, const void* object) = nullptr;
  /// Makes the object from what `write` wrote.
  std::exception_ptr (*read)(input_archive& in, const std::string& text,
                             failure_ptr failure) = nullptr;
  /// Makes the object from its text alone; null where that cannot be.
  std::exception_ptr (*make)(const std::string& text, failure_ptr failure) = nullptr;
  const declared_exception* next = nullptr;
};

/// Adds `declared` to those that are known in this process.
/// Thread: any, at any time; at start-up as a rule. A second one of the same class changes nothing.
void declare_exception(declared_exception& declared) noexcept;

template <class T>
inline constexpr bool made_from_text = std::is_constructible_v<T, const std::string&>;

template <class T>
constexpr declared_exception describe_exception(const char* file) noexcept {
  declared_exception declared;
  declared.type = &typeid(T);
  declared.file = file;
  declared.wrap = [](const void* original, failure_ptr failure,
                     const std::nested_exception* nested) {
    return make_thrown(*static_cast<const T*>(original), std::move(failure), nested);
  };
  if constexpr (made_from_text<T>)
    declared.make = [](const std::string& text, failure_ptr failure) {
      return make_thrown(T(text), std::move(failure));
    };
  if constexpr (travels<T> || (made_from_text<T> && has_cereal_output<T> && has_cereal_input<T>)) {
    declared.write = [](output_archive& out, const void* object) {
      write_value(out, *static_cast<const T*>(object));
    };
    declared.read = [](input_archive& in, const std::string& text, failure_ptr failure) {
      // From its text where that is possible: a copy that someone catches by value then has it too.
      if constexpr (made_from_text<T>) {
        T object(text);
        in.read(object);
        return make_thrown(object, std::move(failure));
      } else {
        (void)text;
        T object{};
        in.read(object);
        return make_thrown(object, std::move(failure));
      }
    };
  }
  return declared;
}

/// Says in the name of this class what is wrong if the compiler refuses it.
template <class T>
struct RT_EXCEPTION_needs_a_what_that_is_not_final : T {
  const char* what() const noexcept override;
};

template <class T>
constexpr bool check_exception() {
  static_assert(std::is_class_v<T>, "rt: RT_EXCEPTION(T): T must be a class");
  static_assert(!std::is_final_v<T>,
                "rt: RT_EXCEPTION(T): T must not be final, since what get throws derives from it");
  static_assert(!std::is_abstract_v<T>, "rt: RT_EXCEPTION(T): T must not be abstract");
  static_assert(std::is_copy_constructible_v<T>,
                "rt: RT_EXCEPTION(T): T must be copyable, since every get throws a copy");
  static_assert(!std::is_base_of_v<task_error, T>,
                "rt: RT_EXCEPTION(T): T must not derive from rt::task_error, which is added to it");
  static_assert(
      made_from_text<T> || travels<T>,
      "rt: RT_EXCEPTION(T): T must be constructible from a std::string, which is given its "
      "text, or be default-constructible and taken by cereal both ways");
  if constexpr (std::is_base_of_v<std::exception, T> && !std::is_final_v<T>)
    static_assert(sizeof(RT_EXCEPTION_needs_a_what_that_is_not_final<T>) != 0);
  return true;
}

/// Declares `T` when the program starts.
template <class T>
class exception_declaration {
 public:
  explicit exception_declaration(const char* file) noexcept {
    static declared_exception declared = describe_exception<T>(file);
    declare_exception(declared);
  }
};

}  // namespace rt::detail
