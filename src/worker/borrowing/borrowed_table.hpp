#pragma once

#include "worker/borrowing/effects.hpp"
#include "worker/borrowing/holds.hpp"
#include "worker/borrowing/messages.hpp"

#include <map>
#include <vector>

namespace rt::worker::borrowing {
inline namespace RT_LANE_VARIANT {

/// What keeps a borrowed object alive until its owner has entered us: the hold of who handed it to
/// us, or our own of the object in whose value the reference was found.
/// Shape: for the latter the giver is this process.
struct cover {
  incarnation giver{};
  handing_number number{};

  friend constexpr auto operator<=>(const cover&, const cover&) = default;
};

/// An object of another process that is held here.
struct borrowed_object {
  /// Whether the owner has us among its borrowers.
  enum class entry : std::uint8_t { none, asked, entered };

  holds here;
  entry state = entry::none;
  generation since{};  ///< of the entry that was asked for last
  loss why_lost = loss::none;
  std::vector<cover> covers;

  /// Tells whether nobody else's hold is needed for it.
  bool settled() const noexcept;
};

/// The borrower's side: the objects of others that are held here.
/// Thread: belongs to the loop.
class borrowed_table {
 public:
  /// Returns null where it is not held, nor covered.
  borrowed_object* find(const object_id& object);

  /// Makes an empty one where there is none.
  borrowed_object& at(const object_id& object) { return objects_[object]; }

  void erase(const object_id& object) { objects_.erase(object); }

  /// Gives the object a new generation, to be told to its owner.
  generation mint(borrowed_object& object);

  /// Has all objects of that owner lost.   Shape: which they are.
  std::vector<object_id> lose_all(incarnation owner);

  const std::map<object_id, borrowed_object>& objects() const noexcept { return objects_; }

 private:
  std::map<object_id, borrowed_object> objects_;
  generation newest_{};
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::borrowing
