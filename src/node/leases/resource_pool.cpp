#include "node/leases/resource_pool.hpp"

#include <algorithm>

namespace rt::node::leases {
inline namespace RT_LANE_VARIANT {

resource_pool::resource_pool(const resource_set& total) {
  for (const resource& each : total) columns_.push_back({each.name, each.amount, each.amount});
}

std::optional<claim> resource_pool::claim_of(const resource_set& demand) const {
  claim made;
  for (const resource& each : demand) {
    if (!each.amount) continue;
    const auto found = std::lower_bound(
        columns_.begin(), columns_.end(), each.name,
        [](const column& one, const std::string& name) { return one.name < name; });
    const bool enough =
        found != columns_.end() && found->name == each.name && each.amount <= found->total;
    if (!enough || each.amount < amount()) return {};
    made.amounts.emplace_back(static_cast<std::size_t>(found - columns_.begin()), each.amount);
  }
  return made;
}

bool resource_pool::fits(const claim& wanted) const noexcept {
  return std::all_of(wanted.amounts.begin(), wanted.amounts.end(), [this](const auto& each) {
    return each.second <= columns_[each.first].available;
  });
}

bool resource_pool::take(const claim& wanted) noexcept {
  if (!fits(wanted)) return false;
  for (const auto& [at, amount] : wanted.amounts) columns_[at].available -= amount;
  return true;
}

void resource_pool::give(const claim& taken) noexcept {
  for (const auto& [at, amount] : taken.amounts) columns_[at].available += amount;
}

bool resource_pool::all_free() const noexcept {
  return std::all_of(columns_.begin(), columns_.end(),
                     [](const column& each) { return each.available == each.total; });
}

resource_set resource_pool::available() const {
  resource_set left;
  for (const column& each : columns_) left.insert({each.name, each.available});
  return left;
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::node::leases
