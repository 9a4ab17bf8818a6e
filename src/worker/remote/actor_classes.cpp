#include "worker/remote/actor_classes.hpp"

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

const detail::actor_type& unknown_class() {
  static const detail::actor_type unknown(typeid(void), nullptr, "");
  return unknown;
}

const detail::actor_type& class_named(std::string_view identity) {
  const detail::actor_type* const found = detail::find_actor_type(identity);
  return found != nullptr ? *found : unknown_class();
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
