#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "rt/core/ids.hpp"
#include "wire/fields.hpp"
#include "wire/limits.hpp"
#include "wire/message_kind.hpp"
#include "wire/place.hpp"
#include "wire/reference.hpp"
#include "wire/task_result.hpp"

// Where objects are, and how they get there:
//
//     borrower -> owner   locate_request
//     owner    -> it      locate_reply: inline | failed | stored | lost, at once or when known
//     node     -> owner   copies_request: it has a copy now, has spilled it, or has none any more
//     owner    -> node    copies_reply: it has been noted
//     node     -> node    pull_request: a piece from an offset on; several may be on their way
//     node     -> node    pull_reply: the piece, in the frame's tail, or where else to ask
//     owner    -> node    free_request: nobody refers to these any more
//     node     -> owner   free_reply: they are let go
//     head     -> node, driver   owner_died_notice; node -> its workers; node -> head if it saw it
//
// What holders and owners tell each other is asked, so that it is told anew where a session ends
// with it. The one who pulls decides how many pieces are under way, and after a break goes on from
// the first one that is missing, here or at another copy. Who has the beginning of an object serves
// it already. docs/transfers.md says how.

namespace rt::wire {

struct locate_reply;

/// Asks for an object of the receiver's.
struct locate_request {
  static constexpr message_kind kind = message_kind::locate_request;
  using reply = locate_reply;

  /// The counter of its id.
  std::uint64_t counter = 0;
  /// Answer when it is there; else at once, pending if it is not.
  bool wait = true;
  /// Sources that did not give what they were asked for: they are named last. None is struck out
  /// for that; who asks may only have been cut off from it.
  std::vector<process_number> failed;
  /// Pieces that it has asked for may still come, and complete it: it is not lost before that is
  /// known.
  bool expects_pieces = false;

  static void fields(auto& of, auto& take) {
    take(of.counter, of.wait, at_most<limits::copies_max>(of.failed), of.expects_pieces);
  }
  friend bool operator==(const locate_request&, const locate_request&) = default;
};

/// It is not there yet.
struct object_pending {
  static void fields(auto&, auto&) {}
  friend bool operator==(const object_pending&, const object_pending&) = default;
};

/// It lies in stores.   Units: bytes.
struct object_stored {
  std::uint64_t bytes = 0;
  /// Of the whole object; 0 where it was not summed.
  std::uint64_t checksum = 0;
  /// Whom to ask, best first. Some are still pulling it themselves, and have no segment for it yet.
  std::vector<place> sources;
  /// None: what it refers to is named in its bytes.
  std::vector<wire::carried> carried;

  static void fields(auto& of, auto& take) {
    take(of.bytes, of.checksum, at_most<limits::copies_max>(of.sources),
         at_most<limits::references_max>(of.carried));
  }
  friend bool operator==(const object_stored&, const object_stored&) = default;
};

struct locate_reply {
  static constexpr message_kind kind = message_kind::locate_reply;

  /// A failure is the task's, or that the object is gone and why it cannot be made again.
  std::variant<object_pending, inline_result, failure, object_stored> object;

  static void fields(auto& of, auto& take) { take(of.object); }
  friend bool operator==(const locate_reply&, const locate_reply&) = default;
};

enum class copy_change : std::uint8_t { held = 0, spilled = 1, gone = 2 };
constexpr bool is_known(copy_change value) noexcept { return value <= copy_change::gone; }

/// Tells of one copy of one of the receiver's objects.
struct copy_entry {
  std::uint64_t counter = 0;
  wire::place place;
  /// Of the whole object; 0 where it was not summed. By it a copy of another making is known.
  std::uint64_t checksum = 0;
  copy_change change = copy_change::held;

  static constexpr bool fixed = true;
  static void fields(auto& of, auto& take) { take(of.counter, of.place, of.checksum, of.change); }
  friend bool operator==(const copy_entry&, const copy_entry&) = default;
};

struct copies_reply;

/// Tells an owner of copies; told anew, as it is then, where no answer comes.
struct copies_request {
  static constexpr message_kind kind = message_kind::copies_request;
  using reply = copies_reply;

  /// Counts what the sender tells, on all its sessions: one that is not newer than the last is of a
  /// session that has ended, and does not count.
  std::uint64_t since = 0;
  std::vector<copy_entry> copies;

  static void fields(auto& of, auto& take) {
    take(of.since, at_most<limits::copies_max>(of.copies));
  }
  friend bool operator==(const copies_request&, const copies_request&) = default;
};

struct copies_reply {
  static constexpr message_kind kind = message_kind::copies_reply;

  static void fields(auto&, auto&) {}
  friend bool operator==(const copies_reply&, const copies_reply&) = default;
};

struct pull_reply;

/// Asks for a piece of an object.   Units: bytes.
struct pull_request {
  static constexpr message_kind kind = message_kind::pull_request;
  using reply = pull_reply;

  object_id object;
  std::uint64_t offset = 0;
  /// At most a chunk; the answer may bring less.
  std::uint32_t bytes_max = 0;

  static void fields(auto& of, auto& take) { take(of.object, of.offset, of.bytes_max); }
  friend bool operator==(const pull_request&, const pull_request&) = default;
};

enum class pull_answer : std::uint8_t {
  /// The piece is the frame's tail.
  piece = 0,
  /// It has no copy, or none that reads well.
  no_copy = 1,
  /// It serves as many as it can; the others it names have the object, or its beginning.
  ask_others = 2,
};
constexpr bool is_known(pull_answer value) noexcept { return value <= pull_answer::ask_others; }

/// Brings a piece: the only message of its frame, whose tail the piece is, so that it goes from a
/// segment to the socket and on into a segment.
struct pull_reply {
  static constexpr message_kind kind = message_kind::pull_reply;

  pull_answer answer = pull_answer::piece;
  object_id object;
  /// Of the whole object.
  std::uint64_t bytes_total = 0;
  std::uint64_t offset = 0;
  /// Of the whole object, by which the pieces of two copies are known to be of the same; 0 where it
  /// was not summed.
  std::uint64_t checksum = 0;
  std::vector<process_number> others;

  static void fields(auto& of, auto& take) {
    take(of.answer, of.object, of.bytes_total, of.offset, of.checksum,
         at_most<limits::copies_max>(of.others));
  }
  friend bool operator==(const pull_reply&, const pull_reply&) = default;
};

struct free_reply;

/// Lets go of all copies of objects of the sender's; told anew where no answer comes.
struct free_request {
  static constexpr message_kind kind = message_kind::free_request;
  using reply = free_reply;

  /// The counters of their ids.
  std::vector<std::uint64_t> counters;

  static void fields(auto& of, auto& take) { take(at_most<limits::references_max>(of.counters)); }
  friend bool operator==(const free_request&, const free_request&) = default;
};

struct free_reply {
  static constexpr message_kind kind = message_kind::free_reply;

  static void fields(auto&, auto&) {}
  friend bool operator==(const free_reply&, const free_reply&) = default;
};

/// Tells that processes are gone: what they owned is freed and cannot be had any more, what they
/// borrowed is let go, and tasks and actors of theirs are cancelled.
struct owner_died_notice {
  static constexpr message_kind kind = message_kind::owner_died_notice;

  std::vector<std::uint64_t> incarnations;
  std::string text;

  static void fields(auto& of, auto& take) {
    take(at_most<limits::names_max>(of.incarnations), at_most<limits::text_bytes_max>(of.text));
  }
  friend bool operator==(const owner_died_notice&, const owner_died_notice&) = default;
};

}  // namespace rt::wire
