#pragma once

#include "store/transfers/copy_record.hpp"
#include "store/transfers/effects.hpp"
#include "store/transfers/options.hpp"

#include <map>
#include <set>
#include <vector>

namespace rt::store::transfers {
inline namespace RT_LANE_VARIANT {

/// Whom the owner has told to let go of its copy of a freed object.
struct told_to_free {
  incarnation holder{};
  object_id object;
};

/// The owner's side: where each of its objects is, and who waits to be told.
///
/// A holder speaks for itself: a copy is entered by its notice and struck out by its notice or its
/// death, never by another's word, who may only have been cut off from it. An object is lost when
/// no copy is left and everyone who was pulling it has come back to ask, or is gone.
/// Thread: belongs to the loop.
class copy_book {
 public:
  explicit copy_book(const options& limits) : options_(limits) {}

  /// Takes in an object, whose value is not there yet.   Shape: an id that was never used before.
  void own(const object_id& object) { records_[object]; }

  /// Its value is there, and the edge has it, or its failure.   Let pass where it has been freed.
  void fill_inline(const object_id& object, effects& out);
  void fail(const object_id& object, effects& out);
  /// Its value lies complete in that process.   Where it has been freed, that process is told.
  void fill_stored(const object_id& object, const content& of, incarnation holder, effects& out);

  /// Nobody refers to it any more: all copies are told, and whoever waits.
  void free(const object_id& object, effects& out);

  /// The edge's answers to `effects::rebuild`.
  void rebuilding(const object_id& object);
  void cannot_rebuild(const object_id& object, loss why, effects& out);

  void take(incarnation from, const locate_request& asked, effects& out);
  void take(incarnation from, const copies_request& told, effects& out);
  void take(incarnation from, const free_reply& answered, effects& out);

  /// Hears that a request of its own will not be answered.   Shape: false where it was not its own.
  bool unanswered(ask_number number, effects& out);
  void died(incarnation process, effects& out);

  const std::map<object_id, copy_record>& records() const noexcept { return records_; }
  /// Holders of freed copies that have not said yet that they let go of them.
  const std::map<ask_number, told_to_free>& freeing() const noexcept { return freeing_; }
  const std::map<incarnation, std::uint64_t>& heard_up_to() const noexcept { return heard_up_to_; }

 private:
  copy_record* find(const object_id& object);
  void tell_to_free(incarnation holder, const object_id& object, effects& out);
  /// Answers one who waits: at once, since what he waits for is there, or never will be.
  void answer(const object_id& object, copy_record& record, const copy_record::wait& wait,
              effects& out);
  /// Answers those who wait, if they can be answered.
  void settle(const object_id& object, copy_record& record, effects& out);

  options options_;
  ask_counter numbers_{ask_counter::part::owner};
  std::map<object_id, copy_record> records_;
  std::map<ask_number, told_to_free> freeing_;
  std::map<incarnation, std::uint64_t> heard_up_to_;
  std::set<incarnation> dead_;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::store::transfers
