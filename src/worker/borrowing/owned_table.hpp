#pragma once

#include "worker/borrowing/holds.hpp"
#include "worker/borrowing/messages.hpp"

#include <map>
#include <vector>

namespace rt::worker::borrowing {
inline namespace RT_LANE_VARIANT {

/// An object that this process owns and that has been written down at least once.
struct owned_object {
  holds here;
  std::map<incarnation, generation> borrowers;
  std::vector<object_id> contents;  ///< what its value refers to, held as long as it lives

  bool may_be_freed() const noexcept { return !here.any() && borrowers.empty(); }
};

/// The owner's side: the objects of this process, and who else holds them.
/// Thread: belongs to the loop.
class owned_table {
 public:
  /// Takes in an object.   Shape: an id that was never used before.
  void create(const object_id& object) { objects_[object]; }

  /// Returns null where it has been freed.
  owned_object* find(const object_id& object);

  /// Takes the object out.   Shape: what its value referred to, for someone to let go.
  std::vector<object_id> erase(const object_id& object);

  enum class answer : std::uint8_t { none, entered, unknown };

  /// Enters a borrower.   Shape: what is to be answered; none to a request that was there before.
  answer add(incarnation borrower, const add_request& asked);

  /// Enters a borrower that was named in a release of what was held for it.
  /// Shape: an object that is here, since it was held.
  void add_released(incarnation borrower, const held_object& held);

  /// Takes an entry out; one that is newer stays.   Shape: whether the object may be freed now.
  bool remove(incarnation borrower, const remove_notice& told);

  /// Takes all entries of a borrower out.   Shape: the objects that may be freed now.
  std::vector<object_id> remove_all(incarnation borrower);

  const std::map<object_id, owned_object>& objects() const noexcept { return objects_; }
  const std::map<incarnation, generation>& entered_up_to() const noexcept { return entered_up_to_; }

 private:
  std::map<object_id, owned_object> objects_;
  // The newest generation seen of each borrower. They come in order, so an older one was there
  // before: it must not bring an entry back that has been removed since.
  std::map<incarnation, generation> entered_up_to_;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::borrowing
