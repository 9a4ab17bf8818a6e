#pragma once

#include "store/transfers/copy_book.hpp"
#include "store/transfers/copy_teller.hpp"
#include "store/transfers/effects.hpp"
#include "store/transfers/held_table.hpp"
#include "store/transfers/options.hpp"
#include "store/transfers/puller.hpp"
#include "store/transfers/server.hpp"

#include <cstddef>
#include <set>

namespace rt::store::transfers {
inline namespace RT_LANE_VARIANT {

/// Knows of all objects beyond the inlining limit that this process owns, holds, pulls or serves.
/// docs/transfers.md has the protocol.
///
/// A value: it decides, and says in `effects` what is to be done. It sees no bytes, only how many.
/// Shape: the same steps give the same effects. What comes of a dead process is passed over.
/// Thread: belongs to the loop; never blocks.
class transfer_book {
 public:
  explicit transfer_book(incarnation self, const options& limits = {});

  // As an owner. Counters of ids are never used again.

  /// Takes in an object of this process whose value is not there yet.
  void own(const object_id& object) { owner_.own(object); }
  /// The value is there, small, and the edge has it; or the failure.
  void fill_inline(const object_id& object, instant now, effects& out);
  void fail(const object_id& object, instant now, effects& out);
  /// The value lies complete in that process, which has called `keep`, perhaps this one.
  void fill_stored(const object_id& object, const content& of, incarnation holder, instant now,
                   effects& out);
  /// Nobody refers to it any more (`borrowing::effects::freed`): copies are told, waits ended.
  void free(const object_id& object, instant now, effects& out);
  /// Its task runs again: it will be filled, or fail.
  void rebuilding(const object_id& object) { owner_.rebuilding(object); }
  void cannot_rebuild(const object_id& object, loss why, instant now, effects& out);

  // As a holder.

  /// Keeps a complete copy that was made here: of an own object, or of a task's result.
  /// Shape: the buffer that is to hold it, which is also among `effects::made`. What was here of
  /// the object is dropped, and whoever waits for it here has it.
  buffer_number keep(const object_id& object, const content& of, instant now, effects& out);
  /// Gives a copy up; its owner is told.   Shape: let pass where there is none, or it is being
  /// pulled.
  void drop(const object_id& object, instant now, effects& out);
  /// The piece that answered a request has left, or never will: the buffer need not be there for
  /// it.
  void left(ask_number number, effects& out) { server_.left(number, held_, out); }

  // As one who wants objects, own ones too.

  /// Waits for an object.   Shape: `effects::ended` tells its end, once, perhaps within this call.
  void want(const object_id& object, wait_number wait, instant now, effects& out);
  /// Waits no more.   Shape: let pass where it has ended.
  void unwant(const object_id& object, wait_number wait, instant now, effects& out);
  void set_distance(incarnation process, std::uint32_t distance) {
    puller_.set_distance(process, distance);
  }

  // What comes from outside.

  /// Takes a message. A request has a number of the edge's; its answer is a letter with that
  /// number, in this step or later.
  void take(incarnation from, const message& what, instant now, effects& out);
  /// A request of this process will not be answered: its session has ended.
  void unanswered(ask_number number, instant now, effects& out);
  void died(incarnation process, instant now, effects& out);
  /// Sees to what is due.
  void tick(instant now, effects& out);
  instant due() const noexcept { return puller_.due(); }

  incarnation self() const noexcept { return self_; }
  const copy_book& owner() const noexcept { return owner_; }
  const copy_teller& teller() const noexcept { return teller_; }
  const held_table& held() const noexcept { return held_; }
  const puller& pulling() const noexcept { return puller_; }
  const server& serving() const noexcept { return server_; }

 private:
  /// Takes what this process says to itself, from that letter on, until it says nothing more.
  void talk_to_self(std::size_t first, instant now, effects& out);
  void take_one(incarnation from, const message& what, instant now, effects& out);
  void take_free(incarnation from, const free_request& told, effects& out);
  void take_pull_request(incarnation from, const pull_request& asked, effects& out);
  /// Sends those elsewhere who wait for pieces of which none will come here.
  void see_to_waiting(effects& out);
  puller::ground ground(instant now, effects& out) { return {held_, teller_, now, out}; }

  incarnation self_;
  copy_book owner_;
  copy_teller teller_;
  held_table held_;
  puller puller_;
  server server_;
  std::set<incarnation> dead_;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::store::transfers
