#pragma once

#include <cstdint>
#include <string>

#include "rt/core/ids.hpp"
#include "wire/fields.hpp"
#include "wire/limits.hpp"
#include "wire/message_kind.hpp"
#include "wire/version.hpp"

// The first words of a session, once the transport knows that the peer has the secret:
//
//     who connects -> who listens   hello_request
//     who listens  -> who connects  hello_reply: accepted | refused, then it closes
//     either       -> the other     ...frames of the other conversations...
//     either       -> the other     goodbye_notice, then it closes
//
// Nothing changes anywhere before both sides know that they fit: version, cluster, incarnation.
// A connection that broke is greeted again with the same session; each says up to where it has
// received, and the other sends the rest once more.

namespace rt::wire {

/// What a process is to the one that it speaks with.
enum class process_role : std::uint8_t { head = 0, node = 1, worker = 2, driver = 3 };
constexpr bool is_known(process_role value) noexcept { return value <= process_role::driver; }

enum class hello_answer : std::uint8_t {
  accepted = 0,
  no_common_version = 1,
  another_cluster = 2,
  /// The asker was declared dead: it ends what it runs and comes back as a new incarnation.
  stale_incarnation = 3,
  /// The asker looked for a process that is gone; another one has its address now.
  another_incarnation = 4,
  /// The session to be gone on with is not known (any more): what was in flight is unknown.
  unknown_session = 5,
  /// As many sessions as the limit allows; later there may be room.
  full = 6,
  /// The other side has opened, or is opening, their one session itself.
  crossed = 7,
};
constexpr bool is_known(hello_answer value) noexcept { return value <= hello_answer::crossed; }

struct hello_reply;

/// Greets. Cluster, incarnations, job and session are those of the frame's header.
/// Shape: the header's cluster is 0 for one who does not know it yet; so is its receiver. Its job is
/// none for head and nodes. Its session is chosen by the asker; it begins, or goes on if `resumes`.
struct hello_request {
  static constexpr message_kind kind = message_kind::hello_request;
  using reply = hello_reply;

  version_range versions;
  process_role role = process_role::node;
  bool resumes = false;
  /// The other's frames that have arrived, all up to this.
  std::uint64_t received = 0;
  /// Where the asker can be reached; empty where it cannot.
  std::string address;
  /// Functions of internal linkage and lambdas are called only within one build.
  std::uint64_t build = 0;
  /// The asker wants one session with this process, whoever opens it.
  bool only = false;

  static void fields(auto& of, auto& take) {
    take(of.versions, of.role, of.resumes, of.received,
         at_most<limits::address_bytes_max>(of.address), of.build, of.only);
  }
  friend bool operator==(const hello_request&, const hello_request&) = default;
};

/// Greets back, or refuses. The cluster in the frame's header is the one to be used from here on.
struct hello_reply {
  static constexpr message_kind kind = message_kind::hello_reply;

  hello_answer answer = hello_answer::accepted;
  /// The version that both use from here on; 0 where refused.
  std::uint16_t version = 0;
  /// What the answering side speaks: told also where refused, for the asker's error.
  version_range versions;
  process_role role = process_role::node;
  std::uint64_t received = 0;
  std::uint64_t build = 0;
  /// Why it was refused, in words.
  std::string text;

  static void fields(auto& of, auto& take) {
    take(of.answer, of.version, of.versions, of.role, of.received, of.build,
         at_most<limits::text_bytes_max>(of.text));
  }
  friend bool operator==(const hello_reply&, const hello_reply&) = default;
};

enum class goodbye_reason : std::uint8_t {
  /// Nothing was said for long; the session may be gone on with.
  idle = 0,
  /// The process ends; it sends nothing more and forgets what it was told.
  leaving = 1,
  /// The other sent what cannot be read.
  malformed = 2,
};
constexpr bool is_known(goodbye_reason value) noexcept {
  return value <= goodbye_reason::malformed;
}

/// Says that nothing follows on this connection, so that its end is no failure.
struct goodbye_notice {
  static constexpr message_kind kind = message_kind::goodbye_notice;

  goodbye_reason reason = goodbye_reason::idle;
  std::string text;

  static void fields(auto& of, auto& take) {
    take(of.reason, at_most<limits::text_bytes_max>(of.text));
  }
  friend bool operator==(const goodbye_notice&, const goodbye_notice&) = default;
};

}  // namespace rt::wire
