#include "rt/core/result.hpp"

#include <cxxabi.h>

#include <typeinfo>

#include "core/class_name.hpp"
#include "rt/core/error.hpp"

namespace rt {
namespace {

/// Returns the readable name of the exception being handled.
std::string current_type_name() {
  const std::type_info* type = abi::__cxa_current_exception_type();
  if (type == nullptr) return "an unknown type";  // a foreign exception has none
  return detail::class_name(*type);
}

}  // namespace

error_info error_info::from(std::exception_ptr exception) {
  error_info info;
  // The function ran to its end, and throwing was that end.
  info.outcome = outcome::completed;
  info.exception = exception;
  try {
    std::rethrow_exception(std::move(exception));
  } catch (const rt::error& thrown) {
    info.code = thrown.code();
    info.outcome = thrown.outcome();
    info.message = thrown.what();
  } catch (const std::exception& thrown) {
    info.message = thrown.what();
  } catch (...) {
    info.message = "an exception of type " + current_type_name();
  }
  return info;
}

void error_info::rethrow() const {
  if (exception != nullptr) std::rethrow_exception(exception);
  throw_error(code, message, outcome);
}

}  // namespace rt
