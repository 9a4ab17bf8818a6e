#pragma once

#include "core/variant.hpp"
#include "wire/attempt_numbers.hpp"

#include <cstdint>

namespace rt::worker::attempts {
inline namespace RT_LANE_VARIANT {

using wire::attempt_name;
using wire::lease_number;
using wire::owner_index;
using wire::request_number;
using wire::session_number;
using wire::slot_number;
using wire::slot_place;
using wire::slot_seq;

/// Names a class of tasks: one resource shape, strategy and environment, and whether they may run
/// twice.   Shape: counts from 0, an index.
enum class class_number : std::uint32_t {};

/// A task as it is sent: what the book must know of it, given in with it and given back with it.
struct attempt {
  attempt_name name;
  /// How often it may be sent again after its fate was unknown.   Shape: -1 for any number.
  std::int32_t retries_left = 0;
  /// Is never sent again once its fate is unknown.   Shape: all of a class, or none.
  bool never_twice = false;
  /// The fate of an earlier attempt is unknown.
  bool may_have_run = false;

  friend bool operator==(const attempt&, const attempt&) = default;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::attempts
