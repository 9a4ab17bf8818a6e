#pragma once

#include <string>

#include "rt/core/time_limit.hpp"

namespace rt {

/// Says how one call of an actor's method is to be made; a call has no resources of its own.
struct call_options {
  /// What tools show; the method's name where empty.
  std::string name = {};
  /// From the call; past it the call is cancelled.
  time_limit deadline = {};
};

/// Checks that every option has a meaning.   Errors: `config_error` naming the first that has none.
void validate(const call_options& options);

}  // namespace rt
