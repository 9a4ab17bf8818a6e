#include "store/transfers/held_table.hpp"

#include "core/planted_bug.hpp"

namespace rt::store::transfers {
inline namespace RT_LANE_VARIANT {

held_copy* held_table::find(const object_id& object) {
  const auto at = copies_.find(object);
  return at == copies_.end() ? nullptr : &at->second;
}

held_copy& held_table::make(const object_id& object, const content& of, effects& out) {
  held_copy& made = copies_[object];
  made.buffer = buffer_number{++newest_buffer_};
  made.of = of;
  out.made.push_back({made.buffer, object, of.bytes});
  return made;
}

void held_table::drop(const object_id& object, effects& out) {
  const auto at = copies_.find(object);
  if (at == copies_.end()) return;
  const buffer_number buffer = at->second.buffer;
  copies_.erase(at);
  if (pins_.count(buffer) != 0 && !RT_SIMBUG("free.while_serving")) {
    parting_.emplace(buffer, object);
  } else {
    out.dropped.push_back(buffer);
  }
}

void held_table::unpin(buffer_number buffer, effects& out) {
  const auto pinned = pins_.find(buffer);
  if (--pinned->second != 0) return;
  pins_.erase(pinned);
  if (parting_.erase(buffer) != 0) out.dropped.push_back(buffer);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::store::transfers
