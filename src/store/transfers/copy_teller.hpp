#pragma once

#include "store/transfers/effects.hpp"
#include "store/transfers/messages.hpp"

#include <map>
#include <set>

namespace rt::store::transfers {
inline namespace RT_LANE_VARIANT {

/// The holder's word to the owners of its copies: keeps what has not been answered, so that it is
/// told anew, as it is then, where a session has ended with it.
/// Thread: belongs to the loop.
class copy_teller {
 public:
  void tell_held(const object_id& object, const content& of, effects& out);
  void tell_gone(const object_id& object, effects& out);

  /// Takes the answer.   Shape: none where it was not asked; so for the next two.
  void answered(ask_number number) { telling_.erase(number); }
  /// Hears that a request will not be answered.   Shape: the object to tell of anew; none.
  object_id unanswered(ask_number number);
  /// Owners that die are told nothing.
  void died(incarnation process);

  const std::map<ask_number, object_id>& telling() const noexcept { return telling_; }

 private:
  void tell(const object_id& object, bool held, const content& of, effects& out);

  ask_counter numbers_{ask_counter::part::teller};
  std::uint64_t newest_ = 0;
  std::map<ask_number, object_id> telling_;
  std::set<incarnation> dead_;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::store::transfers
