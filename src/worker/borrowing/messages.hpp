#pragma once

#include "core/variant.hpp"

#include <rt/core/ids.hpp>

#include <cstdint>
#include <variant>
#include <vector>

// What processes tell each other about references. docs/borrowing.md says why each is needed.
namespace rt::worker::borrowing {
inline namespace RT_LANE_VARIANT {

/// One life of a process.
enum class incarnation : std::uint64_t {};

inline incarnation owner_of(const object_id& object) noexcept {
  return incarnation{object.incarnation};
}

/// Numbers a borrower's entries at owners, newest highest; of one borrower no two are alike.
/// Shape: 0 is none.
enum class generation : std::uint64_t {};

/// Numbers what one process has handed on, newest highest.
/// Shape: 0 is none: nothing is held for it, nothing to be released.
enum class handing_number : std::uint64_t {};

/// Why an object that is still held cannot be had any more.
enum class loss : std::uint8_t {
  none,
  owner_died,  ///< Its owner is gone, and the object with it.
  freed,       ///< It was freed before its owner heard of us, since who gave it to us died.
};

/// A reference on its way, and why its object is lost where the giver knows that it is.
struct handed_object {
  object_id object;
  loss why_lost = loss::none;
};

/// References that travel beside a payload, held by who hands them on until they are released.
/// Shape: rides on a task's request or on its reply; each object once. Lost ones are not held.
struct handing {
  handing_number number{};
  std::vector<handed_object> objects;
};

/// An object that its receiver still holds, and since when where it is told to the owner.
struct held_object {
  object_id object;
  generation since{};
};

/// Receiver to giver: of that handing only these are still to be held for me. The giver that owns one
/// of them enters the receiver as a borrower instead, and holds nothing more for it.
/// Shape: rides on the reply of a task, whose arguments were handed; else goes alone.
struct release_notice {
  handing_number number{};
  std::vector<held_object> still_held;
};

/// Borrower to owner: I hold it. Answered by `add_reply`.
struct add_request {
  object_id object;
  generation since{};
};

/// Owner to borrower: you are entered; or, where it is not `known`, that it has been freed.
struct add_reply {
  object_id object;
  generation since{};
  bool known = true;
};

/// Borrower to owner: nothing here holds it any more.
struct remove_notice {
  object_id object;
  generation since{};
};

using message = std::variant<release_notice, add_request, add_reply, remove_notice>;

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::borrowing
