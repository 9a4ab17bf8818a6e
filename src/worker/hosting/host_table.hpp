#pragma once

#include "worker/hosting/hosted_actor.hpp"

#include <map>
#include <optional>
#include <set>
#include <span>
#include <vector>

namespace rt::worker::hosting {
inline namespace RT_LANE_VARIANT {

/// Works the calls of the actors that live in this process: which begins next, what is answered
/// how, what never begins, and when an actor's life is over. An actor is here under its epoch: a
/// later one is another life. docs/actors.md has the protocol.
///
/// A value. A life begins with `create` and ends by its constructor, a kill, its own wish, its
/// owner's end or its process's death; it is `freed` when nothing of it runs any more.
/// Shape: the same steps give the same effects. Each life tells its owner once that it has ended:
/// by the `create_reply`, or `ended` where it was built. What is said of a life that is not here
/// has no effect but that its calls are handed back.
/// Thread: belongs to the loop; never blocks.
class host_table {
 public:
  // Lives.

  /// Builds an actor. Asked twice, it is one, and whoever asked last is its owner.
  void create(session_number owner, request_number request, const hosted_name& which,
              const actor_options& options, effects& out);
  /// Someone owns a life from now on that others had begun. Nothing is built: of one that is not here it is
  /// told that it has ended.
  void take_over(session_number owner, request_number request, const hosted_name& which,
                 effects& out);
  /// The constructor has returned, or thrown.
  void built(const hosted_name& which, bool threw, effects& out);
  /// The owner ends it: what runs is lost, what waits is handed back. No epoch means whichever is
  /// here.   Shape: whether one was.
  bool kill(const hosted_name& which, effects& out);
  /// The owner lets it end when its calls are done: no handle is left.
  void finish(const hosted_name& which, effects& out);
  /// A method has ended its own actor. It is answered first, by `ended`, as others that return.
  void exit(const hosted_name& which, effects& out);
  /// The process that it had to itself is gone; what had begun there is lost.
  void process_died(const hosted_name& which, effects& out);

  // Calls.

  /// Takes calls, by seq from `first` on. Those that were here before are passed over; seqs may be
  /// left out.
  void calls(session_number caller, const hosted_name& name, call_seq first,
             std::span<const arrived_call> calls, effects& out);
  /// The arguments of a call that waits are here.
  void ready(session_number caller, const hosted_name& which, const attempt_name& call,
             effects& out);
  /// Takes the call that begins next: the first to have come of those that are first of their
  /// callers. From here on it may have run.
  std::optional<placed_call> begin(const hosted_name& which);
  /// Has no call of a caller begin, until `go_on`: as much is under way to it as may be, and each would
  /// have an answer.
  void hold(session_number caller) { held_back_.insert(caller); }
  void go_on(session_number caller, effects& out);
  /// Whether one would begin now.
  bool may_begin(const hosted_name& which) const;
  /// A method has returned.   Shape: to whom it is answered; to nobody where that was done already,
  /// or nobody waits.
  std::optional<placed_call> ended(const hosted_name& which, session_number caller,
                                   const attempt_name& call, effects& out);
  /// Has a call never begin, or end.
  cancel_effect cancel(session_number caller, const hosted_name& which, const attempt_name& call,
                       effects& out);

  // Ends.

  /// Whoever is behind a session is gone: what it called never begins, what runs is answered to
  /// nobody, and what it owned ends, unless it is detached.
  void session_ended(session_number which, effects& out);

  // For those who look at it.
  /// Detached ones that were built and have not ended.
  std::vector<hosted_name> detached() const;
  bool empty() const noexcept { return actors_.empty(); }
  const std::map<hosted_name, hosted_actor>& actors() const noexcept { return actors_; }

 private:
  /// Has a life that is here, as far as anyone may know, answer to who asks.
  void attach(session_number owner, request_number request, const hosted_name& which,
              hosted_actor& known, effects& out);
  hosted_actor* find(const hosted_name& which);
  hosted_actor* find_living(const hosted_name& which);
  void end(const hosted_name& which, end_reason why, effects& out);
  void answer_all(const hosted_name& which, hosted_actor& of, effects& out);
  void drop_caller(const hosted_name& which, hosted_actor& of, session_number caller, effects& out);
  hosted_name newest_of(const actor_id& actor) const;
  std::optional<session_number> next_to_begin(const hosted_actor& of) const;
  void look_for_more(const hosted_name& which, effects& out);
  void free_if_done(const hosted_name& which, effects& out);

  std::map<hosted_name, hosted_actor> actors_;
  std::set<session_number> held_back_;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::hosting
