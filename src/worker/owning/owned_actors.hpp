#pragma once

#include "worker/owning/owned_actor.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <utility>

namespace rt::worker::owning {
inline namespace RT_LANE_VARIANT {

struct owning_options {
  /// Restarts of one actor in `restarts_within`, whatever its own limit is.
  std::size_t restarts_max = 5;
  std::chrono::nanoseconds restarts_within = std::chrono::seconds(60);
};

/// Owns the actors that this process has spawned: finds each a place, mints its epochs, builds it
/// again after a death as often as it may be, tells whoever asks where it is, and ends it when no
/// handle is left. docs/actors.md has the protocol.
///
/// A value: it decides, and says in `effects` what is to be done. An actor is known from `spawn` on
/// until it is `forgotten`: dead, its place given back, and no handle of it left anywhere.
/// Shape: the same steps give the same effects. What comes from a session that has ended, or is of
/// another epoch than the newest, is passed over. A process has a session with itself, which never
/// ends; who calls from here asks as others do.
/// Thread: belongs to the loop; never blocks.
class owned_actors {
 public:
  explicit owned_actors(const owning_options& options) : options_(options) {}

  // Beginnings.

  /// Begins an actor.   Shape: its id is new.
  void spawn(const actor_id& actor, const owned_options& options, effects& out);
  /// The head has answered a registration.
  enum class registration : std::uint8_t { registered, name_taken, refused };
  void registered(const actor_id& actor, epoch_number epoch, registration answer, effects& out);
  /// A place was found. One that nobody needs any more is given back.
  void placed(const actor_id& actor, epoch_number epoch, session_number host, slot_place place,
              effects& out);
  void cannot_be_placed(const actor_id& actor, epoch_number epoch, effects& out);
  /// The host has answered a `create_request`.
  enum class creation : std::uint8_t { built, threw, ended };
  void created(session_number host, const actor_id& actor, epoch_number epoch, creation answer,
               instant now, effects& out);

  // What the head has its own process do, of `for_head` ones.

  /// It was there before, and may live: the head will know.
  void expect(const actor_id& actor, const owned_options& options, epoch_number epoch);
  /// It lives there, unless it has just ended: from now on this process owns it.
  void adopt(const actor_id& actor, const owned_options& options, epoch_number epoch,
             session_number host, effects& out);
  /// Begins a life, of one that is known here or not.
  void rebuild(const actor_id& actor, const owned_options& options, epoch_number epoch,
               effects& out);
  /// It is dead for good.
  void dismiss(const actor_id& actor, effects& out);

  // Ends.

  /// A host has said that a life is over. Another one may begin, unless the actor has exited.
  void ended(session_number host, const actor_id& actor, epoch_number epoch, death_cause why,
             instant now, effects& out);
  /// Someone wants it to end at once; another life of it may begin after that.
  /// Shape: exactly one reply. No epoch means whichever it is in.
  void kill(session_number from, request_number request, const actor_id& actor, epoch_number epoch,
            bool may_restart, effects& out);
  /// No handle of it is left anywhere.
  void handles_gone(const actor_id& actor, effects& out);
  /// Whoever is behind a session is gone: hosts, and those who have asked.
  void session_ended(session_number which, instant now, effects& out);

  // Questions.

  /// Someone asks where it is.   Shape: one reply, when it is alive in a later epoch than
  /// `not_epoch`, or dead; at once where it is so. From then on `notices` tell him of changes.
  void whereabouts(session_number from, request_number request, const actor_id& actor,
                   epoch_number not_epoch, effects& out);

  // For those who look at it.
  bool empty() const noexcept { return actors_.empty(); }
  const std::map<actor_id, owned_actor>& actors() const noexcept { return actors_; }

 private:
  using entry = std::pair<const actor_id, owned_actor>;

  entry* find(const actor_id& actor);
  entry* find_hosted(session_number host, const actor_id& actor, epoch_number epoch);
  void begin_life(entry& of, effects& out);
  void ask_for_place(entry& of, effects& out);
  void withdraw_place(const entry& of, effects& out);
  void lives(entry& of, effects& out);
  void tell_host_to_end(entry& of, death_cause why, bool after_calls, effects& out);
  bool may_restart(owned_actor& of, instant now) const;
  /// Its host has no life of it any more; the place is given back, unless the host is gone.
  void life_is_over(entry& of, death_cause why, bool another, bool host_lives, instant now,
                    effects& out);
  void die(entry& of, death_cause why, effects& out);
  /// It has no life, and is to have no other.
  void end_for_good(entry& of, death_cause why, effects& out);
  /// It has no life: the head says whether there is another.
  void wait_for_head(entry& of, death_cause why, bool another, effects& out);
  void tell(entry& of, effects& out);
  void tell_head(const entry& of, effects& out);
  void forget_if_done(const actor_id& actor, effects& out);

  owning_options options_;
  std::map<actor_id, owned_actor> actors_;
};

/// How an actor is, as its owner tells it.
standing standing_of(const owned_actor& of);

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::owning
