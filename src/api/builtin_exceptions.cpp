// The exception classes that are declared by themselves: the standard library's and this one's.
// Grammar of their state: rt::error and what derives from it: code u16, outcome u8
// | regex_error: u32 | all else: none.

#include <any>
#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <regex>
#include <stdexcept>
#include <string>
#include <typeinfo>
#include <variant>

#include <rt/core/error.hpp>

#include "api/declared_exceptions.hpp"

namespace rt::detail {
namespace {

/// A class that is made from its text, or from nothing; both without state.
template <class T>
constexpr declared_exception plain() {
  declared_exception declared = describe_exception<T>("");
  declared.write = nullptr;
  declared.read = nullptr;
  if constexpr (!made_from_text<T>)
    declared.make = [](const std::string&, failure_ptr failure) {
      return make_thrown(T(), std::move(failure));
    };
  return declared;
}

constexpr declared_exception regex_error() {
  declared_exception declared = describe_exception<std::regex_error>("");
  declared.write = [](output_archive& out, const void* object) {
    out(static_cast<std::uint32_t>(static_cast<const std::regex_error*>(object)->code()));
  };
  declared.read = [](input_archive& in, const std::string&, failure_ptr failure) {
    const auto code = read_value<std::uint32_t>(in);
    // The enum has no type of its own that would hold any number.
    if (code > static_cast<std::uint32_t>(std::regex_constants::error_stack))
      archive_bad_value("a regular expression's error", code);
    return make_thrown(std::regex_error(static_cast<std::regex_constants::error_type>(code)),
                       std::move(failure));
  };
  return declared;
}

template <class T>
constexpr declared_exception own() {
  declared_exception declared = describe_exception<T>("");
  declared.make = nullptr;
  declared.write = [](output_archive& out, const void* object) {
    const auto& original = *static_cast<const T*>(object);
    out(original.code(), original.outcome());
  };
  declared.read = [](input_archive& in, const std::string& text, failure_ptr failure) {
    const auto code = read_value<errc>(in);
    const auto how_far = read_value<std::uint8_t>(in);
    if (!is_known(code)) archive_bad_value("an error's code", static_cast<std::uint64_t>(code));
    if (how_far > static_cast<std::uint8_t>(outcome::completed))
      archive_bad_value("an error's outcome", how_far);
    if constexpr (std::is_same_v<T, error>)
      return make_thrown(T(code, text, static_cast<outcome>(how_far)), std::move(failure));
    else return make_thrown(T(text, static_cast<outcome>(how_far)), std::move(failure));
  };
  return declared;
}

}  // namespace

declared_table builtin_exceptions() noexcept {
  static const declared_exception table[] = {
      plain<std::exception>(),
      plain<std::logic_error>(),
      plain<std::domain_error>(),
      plain<std::invalid_argument>(),
      plain<std::length_error>(),
      plain<std::out_of_range>(),
      plain<std::runtime_error>(),
      plain<std::range_error>(),
      plain<std::overflow_error>(),
      plain<std::underflow_error>(),
      plain<std::bad_exception>(),
      plain<std::bad_alloc>(),
      plain<std::bad_array_new_length>(),
      plain<std::bad_cast>(),
      plain<std::bad_typeid>(),
      plain<std::bad_any_cast>(),
      plain<std::bad_function_call>(),
      plain<std::bad_weak_ptr>(),
      plain<std::bad_optional_access>(),
      plain<std::bad_variant_access>(),
      regex_error(),
      own<error>(),
      own<get_timeout_error>(),
      own<task_cancelled_error>(),
      own<actor_not_found_error>(),
      own<name_taken_error>(),
      own<actor_type_error>(),
      own<actor_died_error>(),
      own<pending_calls_limit_error>(),
      own<unschedulable_error>(),
      own<out_of_memory_error>(),
      own<deadlock_error>(),
      own<serialization_error>(),
      own<function_not_found_error>(),
      own<connection_error>(),
      own<node_died_error>(),
      own<owner_died_error>(),
      own<object_lost_error>(),
      own<actor_unavailable_error>(),
      own<cluster_unavailable_error>(),
      own<version_mismatch_error>(),
      own<authentication_error>(),
      own<config_error>(),
  };
  return {table, std::size(table)};
}

}  // namespace rt::detail
