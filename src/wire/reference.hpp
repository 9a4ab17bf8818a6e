#pragma once

#include <cstdint>

#include "rt/core/ids.hpp"

namespace rt::wire {

/// Stands for a process on one session: whoever sends it has told, in a `names_notice`, which
/// incarnation and which address it means.   Shape: 0 is the sender itself.
using process_number = std::uint32_t;

/// Stands for a function on one session, told in a `names_notice`.   Shape: from 1.
using function_number = std::uint32_t;

/// Refers to an object, or to an actor, whose id its owner's counter gives in the same way.
/// Shape: 20 bytes. The owner's address is not repeated in each: `owner` is its number on this session.
/// Source: decisions/0018.
struct reference {
  object_id object;
  process_number owner = 0;

  static constexpr bool fixed = true;
  static void fields(auto& of, auto& take) { take(of.object, of.owner); }
  friend bool operator==(const reference&, const reference&) = default;
};

}  // namespace rt::wire
