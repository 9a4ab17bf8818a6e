#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "wire/byte_view.hpp"
#include "wire/fields.hpp"
#include "wire/limits.hpp"
#include "wire/reference.hpp"

namespace rt::wire {

/// The elements of an array, as they lie in memory.   Owner: the bytes are the frame's.
struct array_elements {
  byte_view bytes;

  static void fields(auto& of, auto& take) { take(at_most<limits::inline_bytes_max>(of.bytes)); }
  friend bool operator==(const array_elements&, const array_elements&) = default;
};

/// Why an object that is referred to cannot be had, where who sends the reference knows that.
enum class known_loss : std::uint8_t { none = 0, owner_died = 1, freed = 2 };
constexpr bool is_known(known_loss value) noexcept { return value <= known_loss::freed; }

/// A handle to an actor.
struct actor_reference {
  reference actor;
  /// Of which class it is, told by its identity as functions are.
  function_number of_class = 0;
  /// Not the actor's own one, nor that of a detached one, which keep nothing alive: then it is handed on as
  /// objects are.
  bool keeps_alive = true;
  /// The actor is the head's, whichever that is.
  bool detached = false;

  static constexpr bool fixed = true;
  static void fields(auto& of, auto& take) {
    take(of.actor, of.of_class, of.keeps_alive, of.detached);
  }
  friend bool operator==(const actor_reference&, const actor_reference&) = default;
};

/// What a value refers to, and what stands in its bytes as an index.
struct carried {
  std::variant<reference, array_elements, actor_reference> what;
  known_loss lost = known_loss::none;

  static void fields(auto& of, auto& take) { take(of.what, of.lost); }
  friend bool operator==(const carried&, const carried&) = default;
};

/// Carries values that the archive wrote: their bytes, and beside them what they refer to.
/// Owner: the bytes are the frame's.   Source: decisions/0009.
struct payload {
  byte_view bytes;
  std::vector<wire::carried> carried;
  /// By which the sender holds the objects referred to for the receiver, until he is released; 0 where
  /// it holds none. Source: docs/borrowing.md.
  std::uint64_t handing = 0;

  static constexpr bool mostly_default = true;
  static void fields(auto& of, auto& take) {
    take(at_most<limits::inline_bytes_max>(of.bytes), at_most<limits::references_max>(of.carried),
         of.handing);
  }
  friend bool operator==(const payload&, const payload&) = default;
};

}  // namespace rt::wire
