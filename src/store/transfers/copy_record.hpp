#pragma once

#include "store/transfers/messages.hpp"

#include <cstddef>
#include <map>
#include <vector>

namespace rt::store::transfers {
inline namespace RT_LANE_VARIANT {

/// What the owner knows of one of its objects: whether it is there, who has it, and who pulls it.
struct copy_record {
  enum class state : std::uint8_t {
    pending,       ///< Its task has not ended.
    inline_value,  ///< The edge has the bytes.
    failed,        ///< The edge has the failure.
    stored,        ///< There are copies, or there were.
    undecided,     ///< None is left, and the edge has been asked whether it can be made again.
    remaking,      ///< It is being made again.
    lost,          ///< It cannot be.
  };
  struct copy {
    incarnation holder{};
    content of;
  };
  /// A request that is not answered yet.
  struct wait {
    incarnation from{};
    ask_number number{};
    std::vector<incarnation> failed;
    bool expects_pieces = false;
  };

  state what = state::pending;
  loss why = loss::none;
  /// What counts as a copy of it: of another making the references inside may be others.
  content of = {};
  /// The first is the primary. Nobody is sent to one of another making; it is told when the object
  /// is freed.
  std::vector<copy> copies;
  /// Those who pull it, or have pulled it, in the order in which they came, each after those whom
  /// it may be sent to: so nobody is sent round in a circle.
  std::vector<incarnation> joined;
  /// To whom each of them was sent last.
  std::map<incarnation, incarnation> fed_by;
  std::vector<wait> waits;

  bool holds(incarnation process) const;
  bool has_copy() const;
  /// Has it one of the copies that others may be sent to?
  bool serves(incarnation process) const;
  /// Is it pulling, so that it may have the object although it has not said so?
  bool may_complete(incarnation process) const;

  /// Takes a process out of all that is said of copies.
  void strike(incarnation process);

  /// Can it be had from nobody, nor from anyone who may be completing it just now?
  bool nobody_left() const;

  /// Chooses whom `asker` is to ask, best first: one who has been sent fewer than `fed_max`, the
  /// earliest first; then the copies, those first to whom fewest were sent; `failed` ones last.
  std::vector<incarnation> send_to(incarnation asker, const std::vector<incarnation>& failed,
                                   std::size_t fed_max, std::size_t sources_max);
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::store::transfers
