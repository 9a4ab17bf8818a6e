#include "sched/spilling.hpp"

#include <algorithm>

namespace rt::sched {
namespace {

bool covers(const resource_set& there, const resource_set& demand) noexcept {
  return std::all_of(demand.begin(), demand.end(),
                     [&](const resource& each) { return each.amount <= there[each.name]; });
}

/// How much of the scarcest asked-for resource would be left.
amount left_at(const node_view& node, const resource_set& demand) noexcept {
  amount least = amount::of_ten_thousandths(INT64_MAX);
  for (const resource& each : demand) {
    least = std::min(least, node.available[each.name] - each.amount);
  }
  return least;
}

}  // namespace

bool could_have(const node_view& node, const resource_set& demand) noexcept {
  return covers(node.total, demand);
}

bool has_now(const node_view& node, const resource_set& demand) noexcept {
  return covers(node.available, demand);
}

spilling choose(std::span<const node_view> others, const resource_set& demand) {
  spilling found;
  const node_view* freest = nullptr;
  const node_view* idlest = nullptr;
  for (const node_view& each : others) {
    if (!could_have(each, demand)) continue;
    if (idlest == nullptr || each.waiting < idlest->waiting ||
        (each.waiting == idlest->waiting && each.node < idlest->node)) {
      idlest = &each;
    }
    if (!has_now(each, demand) || each.waiting != 0) continue;
    const amount left = left_at(each, demand);
    if (freest == nullptr || left > left_at(*freest, demand) ||
        (left == left_at(*freest, demand) && each.node < freest->node)) {
      freest = &each;
    }
  }
  if (freest != nullptr) found.now = freest->node;
  if (idlest != nullptr) found.later = idlest->node;
  return found;
}

}  // namespace rt::sched
