#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "rt/core/ids.hpp"
#include "wire/fields.hpp"
#include "wire/limits.hpp"
#include "wire/message_kind.hpp"

// Who holds references that he did not make:
//
//     any -> any   borrowing_notice: letters, in the order in which they are to be acted upon
//
// A letter is one of four: a receiver releases what was handed on to it, a borrower enters itself at
// an owner, an owner answers that, a borrower takes itself out. What is handed on travels with the
// payload whose references it is about. docs/borrowing.md says who says what when, and why.
//
// Handles of actors are counted in the same way, by the actor's owner: its id is of the same counter.

namespace rt::wire {

/// Says of an object that its sender still holds it, and under which generation its owner enters him;
/// 0 where that is told to the owner by another letter.
struct still_held {
  object_id object;
  std::uint64_t since = 0;

  static constexpr bool fixed = true;
  static void fields(auto& of, auto& take) { take(of.object, of.since); }
  friend bool operator==(const still_held&, const still_held&) = default;
};

/// Receiver to giver: of that handing, hold only these for me.
struct handing_released {
  std::uint64_t handing = 0;
  std::vector<wire::still_held> still_held;

  static void fields(auto& of, auto& take) {
    take(of.handing, at_most<limits::references_max>(of.still_held));
  }
  friend bool operator==(const handing_released&, const handing_released&) = default;
};

/// Borrower to owner: I hold that object of yours.   Shape: the counter of its id.
struct borrower_added {
  std::uint64_t counter = 0;
  std::uint64_t since = 0;

  static void fields(auto& of, auto& take) { take(of.counter, of.since); }
  friend bool operator==(const borrower_added&, const borrower_added&) = default;
};

/// Owner to borrower: you are entered, or, where it is not known, it has been freed.
struct borrower_answered {
  std::uint64_t counter = 0;
  std::uint64_t since = 0;
  bool known = true;

  static void fields(auto& of, auto& take) { take(of.counter, of.since, of.known); }
  friend bool operator==(const borrower_answered&, const borrower_answered&) = default;
};

/// Borrower to owner: I hold it no more.
struct borrower_removed {
  std::uint64_t counter = 0;
  std::uint64_t since = 0;

  static void fields(auto& of, auto& take) { take(of.counter, of.since); }
  friend bool operator==(const borrower_removed&, const borrower_removed&) = default;
};

struct borrowing_letter {
  std::variant<handing_released, borrower_added, borrower_answered, borrower_removed> what;

  static void fields(auto& of, auto& take) { take(of.what); }
  friend bool operator==(const borrowing_letter&, const borrowing_letter&) = default;
};

struct borrowing_notice {
  static constexpr message_kind kind = message_kind::borrowing_notice;

  std::vector<borrowing_letter> letters;

  static void fields(auto& of, auto& take) { take(at_most<limits::references_max>(of.letters)); }
  friend bool operator==(const borrowing_notice&, const borrowing_notice&) = default;
};

}  // namespace rt::wire
