#pragma once

#include <cstdint>
#include <vector>

#include "rt/core/ids.hpp"
#include "wire/fields.hpp"
#include "wire/limits.hpp"
#include "wire/message_kind.hpp"
#include "wire/reference.hpp"

// Who holds references that he did not make:
//
//     borrower -> owner     borrow_request: adds and removes, many at once
//     giver    -> owner     borrow_request: an add for the borrower that a task_result's `held` names
//     owner    -> sender    borrow_reply, when all of them count
//     borrower -> giver     settled_notice, when the owner has acknowledged what the giver handed on
//
// Acquire before release: who hands a reference on keeps his own count until the owner knows of the
// receiver. With a task's arguments that is until its result, whose `held` the giver passes on to the
// owners before he lets go; with a result, or a reply of any kind, until the settled_notice. The
// owner keeps for each object the set of its borrowers, each with a generation. A process's death
// ends what it borrowed.
//
// Handles of actors are counted in the same way, by the actor's owner: its id is of the same counter.

namespace rt::wire {

enum class borrow_change : std::uint8_t { add = 0, remove = 1 };
constexpr bool is_known(borrow_change value) noexcept { return value <= borrow_change::remove; }

/// Adds a borrower of one of the receiver's objects, or removes him.
/// Shape: done twice it is done once; a remove older than the last add does not count, nor does an add
/// older than the last remove.
struct borrow_entry {
  /// The counter of its id; the receiver's incarnation is the rest.
  std::uint64_t counter = 0;
  std::uint64_t generation = 0;
  /// 0 is the sender himself.
  process_number borrower = 0;
  borrow_change change = borrow_change::add;

  static constexpr bool fixed = true;
  static void fields(auto& of, auto& take) {
    take(of.counter, of.generation, of.borrower, of.change);
  }
  friend bool operator==(const borrow_entry&, const borrow_entry&) = default;
};

struct borrow_reply;

struct borrow_request {
  static constexpr message_kind kind = message_kind::borrow_request;
  using reply = borrow_reply;

  std::vector<borrow_entry> entries;

  static void fields(auto& of, auto& take) { take(at_most<limits::references_max>(of.entries)); }
  friend bool operator==(const borrow_request&, const borrow_request&) = default;
};

struct borrow_reply {
  static constexpr message_kind kind = message_kind::borrow_reply;

  /// Objects to be added to that are gone, by counter: nobody held them any more, which is a failure
  /// of the giver's; reading them gives object_lost.
  std::vector<std::uint64_t> gone;

  static void fields(auto& of, auto& take) { take(at_most<limits::references_max>(of.gone)); }
  friend bool operator==(const borrow_reply&, const borrow_reply&) = default;
};

/// Says of references that the receiver handed on to the sender that their owners know of him.
/// Shape: an object stands as often as it was handed on.
struct settled_notice {
  static constexpr message_kind kind = message_kind::settled_notice;

  std::vector<object_id> objects;

  static void fields(auto& of, auto& take) { take(at_most<limits::references_max>(of.objects)); }
  friend bool operator==(const settled_notice&, const settled_notice&) = default;
};

}  // namespace rt::wire
