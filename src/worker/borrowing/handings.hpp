#pragma once

#include "worker/borrowing/borrowed_table.hpp"
#include "worker/borrowing/messages.hpp"

#include <cstddef>
#include <map>
#include <utility>
#include <vector>

namespace rt::worker::borrowing {
inline namespace RT_LANE_VARIANT {

/// What this process has handed on and still holds for the receiver.
/// Thread: belongs to the loop.
class given_handings {
 public:
  struct given {
    incarnation to{};
    std::vector<object_id> objects;
  };

  /// Shape: the objects that are held; where there are none only a number is given out.
  handing_number add(incarnation to, std::vector<object_id> objects);

  /// Returns null where it has been released, or was handed to someone else.
  given* find(incarnation to, handing_number number);

  void erase(handing_number number) { handings_.erase(number); }

  /// Takes out all that was handed to a process.   Shape: the objects, one for each handing of it.
  std::vector<object_id> erase_all(incarnation to);

  const std::map<handing_number, given>& handings() const noexcept { return handings_; }

 private:
  std::map<handing_number, given> handings_;
  std::uint64_t newest_ = 0;
};

/// What was handed to this process and is not released yet, and what it has read out of values.
/// Thread: belongs to the loop.
class taken_handings {
 public:
  struct taken {
    std::size_t objects_held = 0;    ///< by the giver, at first
    std::vector<object_id> covered;  ///< those that the giver still holds for us
    /// The giver need not wait for a task's end any more: objects go as they are settled.
    bool due = false;
    object_id outer;  ///< the object in whose value the references were; none if they were handed
  };

  /// Returns null where it came before.   Shape: of one giver, handings come in order.
  taken* add(incarnation giver, handing_number number);

  /// Makes one for references that were read out of an object's value.
  cover open(incarnation self, const object_id& outer);

  taken* find(const cover& which);
  void erase(const cover& which) { handings_.erase(which); }

  /// Takes out all that a giver handed us.   Shape: what is taken out.
  std::vector<std::pair<cover, taken>> erase_all(incarnation giver);

  const std::map<cover, taken>& handings() const noexcept { return handings_; }
  const std::map<incarnation, handing_number>& handed_up_to() const noexcept {
    return handed_up_to_;
  }

 private:
  std::map<cover, taken> handings_;
  std::map<incarnation, handing_number> handed_up_to_;
  std::uint64_t newest_opened_ = 0;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::borrowing
