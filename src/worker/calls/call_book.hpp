#pragma once

#include "worker/calls/called_actor.hpp"
#include "worker/calls/effects.hpp"

#include <rt/core/environment.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace rt::worker::calls {
inline namespace RT_LANE_VARIANT {

struct book_options {
  /// How long an actor may be missed, with nothing new from its owner, before calls of it fail as
  /// unavailable.   Shape: longer than it takes until a dead process is known to be dead.
  std::chrono::nanoseconds missed_for = std::chrono::seconds(60);
};

/// Knows the actors of other processes that this one has handles of, and its calls of them, and
/// decides when each is sent, again or not, and how it ends where no answer comes. Calls of one
/// actor begin in the order in which they went in, whatever happens to its processes in between.
/// docs/actors.md has the protocol.
///
/// A value: it decides, and says in `effects` what is to be done. A call goes in by `add` and comes
/// out once: `answered` says that an answer counts, or it stands in `effects::failures`.
/// Shape: the same steps give the same effects. What comes of a session that has ended, of another
/// epoch than the one that is known, or of a call that is not there any more, is passed over. A
/// process has a session with itself, which never ends.
/// Thread: belongs to the loop; never blocks.
class call_book {
 public:
  explicit call_book(const book_options& options) : options_(options) {}

  // Actors.

  /// A handle of an actor has come here. `owner` is the session with the process that spawned it.
  /// Shape: known already, nothing changes.
  void know(const actor_id& actor, session_number owner);
  /// The same of a detached one, which is the head's: when the session with that ends,
  /// `detached_owned_by` tells of the next. No owner while there is none.
  void know_detached(const actor_id& actor, std::optional<session_number> owner);
  /// There is a session with a head again: all detached ones are its.
  void detached_owned_by(session_number owner, instant now, effects& out);
  /// The last handle here is gone.   Shape: none of its calls is in the book: each keeps a handle.
  void forget(const actor_id& actor);

  /// The owner has said how the actor is: by itself (`actor_notice`), or asked (`whereabouts_reply`,
  /// and only then `is_reply`). `at` is the session with the process where it lives, if it does.
  /// Shape: of two that cross, the one of the later epoch counts, whichever comes first.
  void told(session_number owner, const actor_id& actor, const told_standing& how, bool is_reply,
            instant now, effects& out);

  // Calls.

  /// Gives a call its place behind all others of that actor from here.
  void add(const actor_id& actor, const call& made, instant now, effects& out);
  /// The arguments of a call are there.
  void ready(owner_index which, effects& out);

  /// Calls to be sent now, as one `calls_notice`.
  struct batch {
    session_number to{};
    epoch_number epoch{};
    call_seq first{};
    std::vector<attempt_name> calls;  ///< with the attempts that they now are
  };
  /// Takes out what may be sent now, and counts it as sent.   Shape: at most so many calls, without
  /// a hole in their seqs; nothing where none may be sent.
  std::optional<batch> next_batch(const actor_id& actor, std::uint32_t calls_max);

  /// Tells whether an answer counts; that it never began because it was cancelled is one too. If so
  /// the call has left the book.
  struct verdict {
    bool counts = false;
    bool cancelled = false;     ///< someone wanted its end
    bool may_have_run = false;  ///< an earlier attempt at it may have
  };
  verdict answered(session_number from, const actor_id& actor, epoch_number epoch,
                   const attempt_name& which);
  /// It never started, and its host has forgotten it: the actor is not there in that epoch, any more.
  void handed_back(session_number from, const actor_id& actor, epoch_number epoch,
                   const attempt_name& which, instant now, effects& out);
  /// It had begun, and its actor is gone: nobody knows how far it came.
  void lost(session_number from, const actor_id& actor, epoch_number epoch,
            const attempt_name& which, instant now, effects& out);

  /// Has a call end: one that was not sent never is.   Shape: false where it is not in the book.
  bool cancel(owner_index which, effects& out);

  // Ends and time.

  /// A session is over: whoever is behind it is dead, to this process. Hosts and owners.
  void session_ended(session_number which, instant now, effects& out);

  /// Fails what has waited too long for an actor that is missed.
  void look(instant now, effects& out);
  /// When a look may find something to do.
  instant next_look() const;

  // For those who look at it.

  bool empty() const noexcept { return held_ == 0 && actors_.empty(); }
  /// Counts the calls in it.
  std::size_t held() const noexcept { return held_; }
  const std::map<actor_id, called_actor>& actors() const noexcept { return actors_; }
  /// Of one actor: those that wait or are sent.
  std::size_t pending(const actor_id& actor) const;

 private:
  enum class fate : std::uint8_t { not_started, unknown };
  using entry = std::pair<const actor_id, called_actor>;
  struct place {
    bool held = false;
    actor_id actor;
    call_seq seq{};
  };

  entry* find(const actor_id& actor);
  entry* find_owned(session_number owner, const actor_id& actor);
  /// Where a call is that was sent to that host, in the newest epoch.
  std::optional<call_seq> find_sent(session_number from, const actor_id& actor, epoch_number epoch,
                                    const attempt_name& which) const;
  void leave(entry& of, call_seq seq);
  void fail(entry& of, call_seq seq, end_cause why, effects& out);
  void come_back(entry& of, call_seq seq, fate known, effects& out);
  void wait_again(entry& of, call_seq seq);
  void give_up_sent(entry& of, effects& out);
  void fail_all(entry& of, end_cause why, effects& out);
  void fail_doubtful(entry& of, effects& out);

  void lives(entry& of, const told_standing& how, effects& out);
  void comes(entry& of, const told_standing& how, effects& out);
  void dies(entry& of, end_cause why, effects& out);
  void miss(entry& of, instant now);
  void owner_is_gone(entry& of, instant now, effects& out);
  instant waits_until(const called_actor& actor) const;
  void ask_if_needed(entry& of, instant now, effects& out);

  book_options options_;
  std::map<actor_id, called_actor> actors_;
  std::vector<place> places_;  // by owner index
  std::size_t held_ = 0;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::calls
