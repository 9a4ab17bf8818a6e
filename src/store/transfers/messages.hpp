#pragma once

#include "core/variant.hpp"

#include <rt/core/ids.hpp>

#include <cstdint>
#include <variant>
#include <vector>

// What processes tell each other about where objects are, and how they ask for pieces of them: one
// for one what src/wire/messages/objects.hpp has, with processes by their incarnation, and without
// the bytes. docs/transfers.md says why each is needed.
namespace rt::store::transfers {
inline namespace RT_LANE_VARIANT {

/// One life of a process.
enum class incarnation : std::uint64_t {};

inline incarnation owner_of(const object_id& object) noexcept {
  return incarnation{object.incarnation};
}

/// Numbers what was asked. A request that this process sends has a number of the book's, by which
/// the edge brings the answer; one that comes has a number of the edge's, by which it is answered.
/// Shape: 0 is none; of those not answered no two are alike.
enum class ask_number : std::uint64_t {};

/// Gives out the numbers of one of the three parts of the book that ask others.
class ask_counter {
 public:
  enum class part : std::uint8_t { owner, teller, puller };

  explicit ask_counter(part of) : of_(of) {}

  ask_number next() { return ask_number{++newest_ * 4 + static_cast<std::uint64_t>(of_)}; }

 private:
  part of_;
  std::uint64_t newest_ = 0;
};

/// Names a piece of memory with the bytes of an object, whole or in part.   Shape: 0 is none.
enum class buffer_number : std::uint64_t {};

/// Tells the bytes of one making of an object from those of another: one that was made again may
/// have come out differently.   Units: bytes.
struct content {
  std::uint64_t bytes = 0;
  std::uint64_t checksum = 0;

  friend bool operator==(const content&, const content&) = default;
};

/// Why an object cannot be had any more.
enum class loss : std::uint8_t {
  none,
  owner_died,       ///< Its owner is gone, and the object with it.
  freed,            ///< Nobody referred to it any more, as far as its owner knew.
  was_put,          ///< No copy is left, and no task can make it again.
  not_retriable,    ///< No copy is left, and its task must not run again.
  attempts_used,    ///< No copy is left, and its task has run as often as it may.
  lineage_evicted,  ///< No copy is left, and how it was made has been forgotten.
};

/// Asks the owner for an object. Answered by `locate_reply`.
struct locate_request {
  ask_number number{};
  object_id object;
  /// Answer when it is there; else at once, pending if it is not.
  bool wait = true;
  /// Sources that did not give what they were asked for: to be named last. None is struck out for
  /// that: only it itself, or its death, tells that it has no copy.
  std::vector<incarnation> failed = {};
  /// Pieces that it has asked for may still come, and complete it: it is not lost before it says
  /// that none can come any more, by asking again.
  bool expects_pieces = false;
};

struct locate_reply {
  enum class answer : std::uint8_t {
    pending,       ///< It is not there yet.
    inline_value,  ///< Its bytes are in the message.
    failed,        ///< Its task failed; the failure is in the message.
    stored,        ///< It is to be pulled.
    lost,          ///< It cannot be had any more.
  };

  ask_number number{};
  object_id object;
  answer what = answer::pending;
  loss why = loss::none;
  content of = {};
  /// Whom to ask for pieces, best first; some are still pulling it themselves.
  std::vector<incarnation> sources = {};
};

/// Holder to owner: I have a copy, complete; or, where it is not `held`, I have none and pull none.
/// Answered by `copies_reply`; told anew where the answer does not come.
struct copies_request {
  ask_number number{};
  /// Counts what its sender tells; one that is not newer than the last is of a session that has
  /// ended, and does not count.
  std::uint64_t since = 0;
  object_id object;
  bool held = true;
  content of = {};
};

struct copies_reply {
  ask_number number{};
};

/// Asks for a piece. Answered by `pull_reply`.   Units: bytes.
struct pull_request {
  ask_number number{};
  object_id object;
  std::uint64_t offset = 0;
  std::uint64_t bytes_max = 0;
};

struct pull_reply {
  enum class answer : std::uint8_t {
    piece,       ///< Here it is.
    no_copy,     ///< I have none, nor its beginning.
    ask_others,  ///< I serve as many as I can; the others named have it, or its beginning.
  };

  ask_number number{};
  object_id object;
  answer what = answer::piece;
  content of = {};
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;  ///< of the piece; perhaps fewer than were asked for
  /// Where the bytes lie at who answers; they are pinned until `transfer_book::left`.
  buffer_number from{};
  std::vector<incarnation> others = {};
};

/// Owner to holder: let go of your copy. Answered by `free_reply`; told anew where that does not
/// come.
struct free_request {
  ask_number number{};
  object_id object;
};

struct free_reply {
  ask_number number{};
};

using message = std::variant<locate_request, locate_reply, copies_request, copies_reply,
                             pull_request, pull_reply, free_request, free_reply>;

}  // namespace RT_LANE_VARIANT
}  // namespace rt::store::transfers
