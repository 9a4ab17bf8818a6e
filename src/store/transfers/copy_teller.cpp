#include "store/transfers/copy_teller.hpp"

#include <iterator>

namespace rt::store::transfers {
inline namespace RT_LANE_VARIANT {

void copy_teller::tell_held(const object_id& object, const content& of, effects& out) {
  tell(object, true, of, out);
}

void copy_teller::tell_gone(const object_id& object, effects& out) { tell(object, false, {}, out); }

object_id copy_teller::unanswered(ask_number number) {
  const auto told = telling_.find(number);
  if (told == telling_.end()) return {};
  const object_id object = told->second;
  telling_.erase(told);
  return object;
}

void copy_teller::died(incarnation process) {
  dead_.insert(process);
  for (auto each = telling_.begin(); each != telling_.end();) {
    each = owner_of(each->second) == process ? telling_.erase(each) : std::next(each);
  }
}

void copy_teller::tell(const object_id& object, bool held, const content& of, effects& out) {
  if (dead_.count(owner_of(object)) != 0) return;
  const ask_number number = numbers_.next();
  telling_.emplace(number, object);
  out.letters.push_back({owner_of(object), copies_request{number, ++newest_, object, held, of}});
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::store::transfers
