#pragma once

#include "store/transfers/copy_teller.hpp"
#include "store/transfers/effects.hpp"
#include "store/transfers/held_table.hpp"
#include "store/transfers/options.hpp"
#include "store/transfers/pull.hpp"

#include <map>
#include <set>
#include <utility>
#include <vector>

namespace rt::store::transfers {
inline namespace RT_LANE_VARIANT {

/// Brings objects here: finds out where they are, asks for them piece by piece, several at a time,
/// and goes on elsewhere from the first piece that is missing when a source dies, has no copy, or
/// is slow.
///
/// All who wait for one object share one pull, which ends when nobody waits any more.
/// Thread: belongs to the loop.   Owner: keeps neither table nor teller.
class puller {
 public:
  puller(incarnation self, const options& limits) : self_(self), options_(limits) {}

  /// What a step works with.
  struct ground {
    held_table& held;
    copy_teller& teller;
    instant now;
    effects& out;
  };

  void want(const object_id& object, wait_number wait, const ground& on);
  void unwant(const object_id& object, wait_number wait, const ground& on);

  /// There is a complete copy that was not pulled.
  void made_here(const object_id& object, const ground& on);

  /// Nearer sources are asked first.   Shape: 0 is nearest, and what all are of whom nothing is
  /// said.
  void set_distance(incarnation process, std::uint32_t distance) { distances_[process] = distance; }

  void take(incarnation from, const locate_reply& answered, const ground& on);
  /// Shape: whether there is more of the object here than before.
  bool take(incarnation from, const pull_reply& answered, const ground& on);
  /// A question or a request for a piece will not be answered.
  void unanswered(ask_number number, const ground& on);
  void died(incarnation process, const ground& on);

  /// Sees to what is due.
  void tick(const ground& on);
  instant due() const noexcept { return timers_.empty() ? never : timers_.begin()->first; }

  bool pulls(const object_id& object) const { return pulls_.count(object) != 0; }
  /// Who is asked for it just now; 0 for nobody.
  incarnation source_of(const object_id& object) const;

  const std::map<object_id, pull>& all() const noexcept { return pulls_; }
  const std::map<ask_number, piece_ask>& asks() const noexcept { return asks_; }
  const std::map<ask_number, object_id>& locates() const noexcept { return locates_; }
  /// Asked for and not come.   Units: bytes.
  std::uint64_t budget_used() const noexcept { return budget_used_; }

 private:
  // puller.cpp: beginning and end of a pull, and its pieces.
  pull* find(const object_id& object);
  /// Takes a pull out; what it has brought stays.
  void erase(const object_id& object);
  void end(const object_id& object, wait_end how, loss why, const ground& on);
  bool take_piece(const piece_ask& asked, const pull_reply& answered, pull& of, const ground& on);
  void complete(const object_id& object, const ground& on);
  /// Asks for pieces, of the oldest pulls first, as far as the budget goes.
  void feed(const ground& on);
  enum class asking : std::uint8_t { asked, nothing, over_budget };
  asking ask_one(const object_id& object, pull& of, const ground& on);
  /// Waits for none of the pieces that were asked for.
  void leave_behind(pull& of);
  void give_back(const piece_ask& asked);

  // pull_sources.cpp: whom to ask.
  void locate(const object_id& object, pull& of, const ground& on);
  void start_with(const object_id& object, pull& of, const locate_reply& answered,
                  const ground& on);
  /// Has the pull go on with the best source that it may ask.   Shape: false where there is none.
  bool pick_source(const object_id& object, pull& of, const ground& on);
  /// The same; where there is none the owner is asked for others.
  void choose_source(const object_id& object, pull& of, const ground& on);
  void source_failed(const object_id& object, pull& of, incarnation source, const ground& on);
  /// Puts them before those that are known already, the nearest first.
  void add_sources(pull& of, const std::vector<incarnation>& named);
  bool may_ask(const object_id& object, const pull& of, incarnation source) const;
  void wait_a_while(const object_id& object, pull& of, const ground& on);
  /// Tells the owner when the last piece that was asked for cannot come any more.
  void see_to_expected(const object_id& object, const ground& on);
  bool expects_pieces(const object_id& object) const;
  void see_to_slow(const object_id& object, pull& of, const ground& on);
  /// Notes when `tick` is to look at it.
  void arm(const object_id& object, pull& of);

  incarnation self_;
  options options_;
  ask_counter numbers_{ask_counter::part::puller};
  std::uint64_t newest_pull_ = 0;
  std::map<object_id, pull> pulls_;
  std::map<ask_number, piece_ask> asks_;
  std::map<ask_number, object_id> locates_;
  std::map<std::uint64_t, object_id> hungry_;  // by their arrival: may ask for more
  std::set<std::pair<instant, object_id>> timers_;
  std::map<incarnation, std::uint32_t> distances_;
  std::set<incarnation> dead_;
  std::uint64_t budget_used_ = 0;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::store::transfers
