#pragma once

#include "store/transfers/effects.hpp"
#include "store/transfers/held_table.hpp"
#include "store/transfers/options.hpp"

#include <map>
#include <set>

namespace rt::store::transfers {
inline namespace RT_LANE_VARIANT {

/// Gives others pieces of what lies here, also of what is still being pulled: a piece that has not
/// come yet is given when it has.
/// Thread: belongs to the loop.   Owner: does not keep the table.
class server {
 public:
  explicit server(const options& limits) : options_(limits) {}

  /// A request for a piece that is not here yet.
  struct early {
    incarnation from{};
    pull_request asked;
  };

  /// What this process does about the object that was asked for.
  struct whereabouts {
    bool pulled = false;   ///< It is being pulled.
    incarnation source{};  ///< From whom.
  };

  /// Shape: false where it was answered that there is no copy.
  bool take(incarnation from, const pull_request& asked, const whereabouts& here, held_table& held,
            effects& out);

  /// There is more of an object than before.
  void progressed(const object_id& object, held_table& held, effects& out);
  /// Sends one that waits for a piece elsewhere.
  void refuse(ask_number number, effects& out);
  /// A piece has left, or never will: it is not read any more.
  void left(ask_number number, held_table& held, effects& out);
  void died(incarnation process);

  const std::map<ask_number, early>& waiting() const noexcept { return waiting_; }
  const std::map<ask_number, buffer_number>& leaving() const noexcept { return leaving_; }

 private:
  void serve(incarnation from, const pull_request& asked, held_copy& copy, held_table& held,
             effects& out);

  options options_;
  std::map<ask_number, early> waiting_;
  std::map<ask_number, buffer_number> leaving_;
  std::set<incarnation> dead_;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::store::transfers
