#include "worker/remote/session_names.hpp"

#include <utility>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

wire::function_number session_names::number_of(const detail::function_record& used,
                                               wire::names_notice& to_tell) {
  const wire::function_number next = next_function();
  const auto [at, added] = functions_told_.emplace(&used, next);
  if (added) to_tell.functions.push_back({.number = next, .identity = used.identity()});
  return at->second;
}

wire::function_number session_names::number_of(const detail::actor_type& used,
                                               wire::names_notice& to_tell) {
  const wire::function_number next = next_function();
  const auto [at, added] = classes_told_.emplace(&used, next);
  if (added) to_tell.functions.push_back({.number = next, .identity = used.identity()});
  return at->second;
}

wire::process_number session_names::number_of(const process& named, wire::names_notice& to_tell) {
  const auto next = static_cast<wire::process_number>(processes_told_.size() + 1);
  const auto [at, added] = processes_told_.emplace(named.incarnation, next);
  if (added) {
    to_tell.processes.push_back(
        {.number = next, .incarnation = named.incarnation, .address = named.address});
  }
  return at->second;
}

void session_names::learn(const wire::names_notice& told) {
  for (const wire::function_name& each : told.functions) {
    functions_[each.number] = {.record = detail::find_function(each.identity),
                               .identity = each.identity,
                               .of_actors = detail::find_actor_type(each.identity)};
  }
  for (const wire::process_name& each : told.processes) {
    processes_[each.number] = {.incarnation = each.incarnation, .address = each.address};
  }
}

const session_names::function* session_names::find_function(wire::function_number number) const {
  const auto found = functions_.find(number);
  return found != functions_.end() ? &found->second : nullptr;
}

const session_names::process* session_names::find_process(wire::process_number number) const {
  const auto found = processes_.find(number);
  return found != processes_.end() ? &found->second : nullptr;
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
