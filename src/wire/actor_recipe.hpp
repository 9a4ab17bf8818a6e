#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "wire/demand.hpp"
#include "wire/fields.hpp"
#include "wire/limits.hpp"

namespace rt::wire {

/// What it takes to build a detached actor, also for a head that comes back: functions and classes by
/// their identities and arguments as values, since numbers of a session mean nothing in a log, and what
/// is referred to ends with its owner.
struct actor_recipe {
  /// Of the class of its object.
  std::string of_class;
  std::string constructor;
  /// Values, which refer to nothing: a content as of large objects, and its sum.
  std::vector<std::uint8_t> arguments;
  std::uint64_t arguments_sum = 0;
  /// What it keeps for life; empty for nothing.
  demand keeps;
  std::uint32_t max_concurrency = 1;

  static void fields(auto& of, auto& take) {
    take(at_most<limits::identity_bytes_max>(of.of_class),
         at_most<limits::identity_bytes_max>(of.constructor),
         at_most<limits::inline_bytes_max>(of.arguments), of.arguments_sum, of.keeps,
         of.max_concurrency);
  }
  friend bool operator==(const actor_recipe&, const actor_recipe&) = default;
};

}  // namespace rt::wire
