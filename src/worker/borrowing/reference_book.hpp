#pragma once

#include "worker/borrowing/borrowed_table.hpp"
#include "worker/borrowing/effects.hpp"
#include "worker/borrowing/handings.hpp"
#include "worker/borrowing/owned_table.hpp"

#include <set>
#include <vector>

namespace rt::worker::borrowing {
inline namespace RT_LANE_VARIANT {

/// Knows of all references that cross this process's border: what it owns, what it borrows, what it
/// has handed on and what was handed to it. docs/borrowing.md has the protocol.
///
/// A value: it decides, and says in `effects` what is to be done. Objects that never left the process
/// are not in it; one comes in by `own` when a reference to it is first written down.
/// Shape: the same steps give the same effects. A message, a handing or a death that comes twice has
/// no second effect. What comes of a dead process is passed over.
/// Thread: belongs to the loop; never blocks.
class reference_book {
 public:
  explicit reference_book(incarnation self) : self_(self) {}

  /// Takes in an object of this process, with one local reference.
  void own(const object_id& object);

  /// Tells that the value of an own object is there, and which references it holds.
  /// Shape: each of them is held here; once an object.
  void fill(const object_id& object, const std::vector<object_id>& contents);

  /// Counts a local reference more to what is held here.
  void hold(const object_id& object);

  /// Counts a local reference less.
  void drop(const object_id& object, effects& out);

  /// Hands references on: to be called before the payload leaves, which carries what is returned.
  /// Shape: the objects are held here; the number is 0 for no objects, or a receiver that is dead.
  handing hand(incarnation to, const std::vector<object_id>& objects);

  /// Takes references from a payload, a local one for each object.
  /// Shape: false where the payload came before or its sender is dead: it is to be dropped.
  bool receive(incarnation giver, const handing& handed, effects& out);

  /// Lets the giver go: when the task whose arguments were handed has ended, and for all else as soon
  /// as the references are where they belong.
  /// Shape: the release is the first letter, to ride on the task's reply; none where it would change
  /// nothing for the giver.
  void finish(incarnation giver, handing_number number, effects& out);

  /// Takes references from the value of an object that is held here, a local one for each.
  /// Shape: the object is not lost; what a copy of a lost one refers to may be gone.
  void open(const object_id& outer, const std::vector<object_id>& inner, effects& out);

  /// Takes a message from a process.
  void take(incarnation from, const message& what, effects& out);

  /// Hears of a process's death: it owns nothing and holds nothing for us any more.
  void died(incarnation process, effects& out);

  /// Takes out what a dead process borrowed and what is held for it. Comes with its death; or, where
  /// nothing that it handed on may be lost, when everyone alive has heard of that and has been
  /// entered for what it holds.
  void buried(incarnation process, effects& out);

  /// Tells whether an entry is asked for whose answer has not come.
  bool awaits_entry() const;

  loss why_lost(const object_id& object) const;

  incarnation self() const noexcept { return self_; }
  const owned_table& owned() const noexcept { return owned_; }
  const borrowed_table& borrowed() const noexcept { return borrowed_; }
  const given_handings& given() const noexcept { return given_; }
  const taken_handings& taken() const noexcept { return taken_; }
  const std::set<incarnation>& dead() const noexcept { return dead_; }

 private:
  holds& holds_of(const object_id& object);
  borrowed_object* receive_one(const object_id& object, loss told, effects& out);
  bool release_one(const cover& which, const object_id& object, release_notice& told, effects& out);
  void release_all(incarnation receiver, effects& out);
  void uncover(const cover& which, const object_id& object);
  void ask(const object_id& object, borrowed_object& borrowed, effects& out);

  // Draws the consequences of a change of these objects, and of what follows from that.
  void settle(std::vector<object_id> changed, effects& out);
  void settle_owned(const object_id& object, std::vector<object_id>& changed, effects& out);
  void settle_borrowed(const object_id& object, std::vector<object_id>& changed, effects& out);

  void take_one(incarnation from, const release_notice& told, effects& out);
  void take_one(incarnation from, const add_request& asked, effects& out);
  void take_one(incarnation from, const add_reply& answered, effects& out);
  void take_one(incarnation from, const remove_notice& told, effects& out);

  incarnation self_;
  owned_table owned_;
  borrowed_table borrowed_;
  given_handings given_;
  taken_handings taken_;
  std::set<incarnation> dead_;  // what they sent may still arrive
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::borrowing
