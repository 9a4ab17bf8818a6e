#pragma once

#include <cstdint>

#include "wire/reference.hpp"

namespace rt::wire {

/// Says where a copy of an object lies, and how large it is.
/// Shape: who shares a machine with `holder` finds the copy in its segments; all others pull it from
/// there, and need neither segment nor slot.   Units: bytes.
struct place {
  process_number holder = 0;
  std::uint32_t segment = 0;
  std::uint32_t slot = 0;
  /// Of the slot: one that was used again since has a higher one.
  std::uint32_t generation = 0;
  std::uint64_t bytes = 0;

  static constexpr bool fixed = true;
  static void fields(auto& of, auto& take) {
    take(of.holder, of.segment, of.slot, of.generation, of.bytes);
  }
  friend bool operator==(const place&, const place&) = default;
};

/// Refers to an object together with one place of it.
struct placed_reference {
  wire::reference reference;
  wire::place place;

  static constexpr bool fixed = true;
  static void fields(auto& of, auto& take) { take(of.reference, of.place); }
  friend bool operator==(const placed_reference&, const placed_reference&) = default;
};

}  // namespace rt::wire
