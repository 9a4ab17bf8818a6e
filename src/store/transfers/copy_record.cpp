#include "store/transfers/copy_record.hpp"

#include <algorithm>
#include <utility>

namespace rt::store::transfers {
inline namespace RT_LANE_VARIANT {
namespace {

bool among(const std::vector<incarnation>& all, incarnation one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace

bool copy_record::holds(incarnation process) const {
  return std::any_of(copies.begin(), copies.end(),
                     [&](const copy& each) { return each.holder == process; });
}

bool copy_record::serves(incarnation process) const {
  return std::any_of(copies.begin(), copies.end(),
                     [&](const copy& each) { return each.holder == process && each.of == of; });
}

bool copy_record::has_copy() const {
  return std::any_of(copies.begin(), copies.end(), [&](const copy& each) { return each.of == of; });
}

bool copy_record::may_complete(incarnation process) const {
  // Whoever waits for an answer, and for no piece, has nothing to complete it with.
  return among(joined, process) && !holds(process) &&
         std::none_of(waits.begin(), waits.end(), [&](const wait& each) {
           return each.from == process && !each.expects_pieces;
         });
}

void copy_record::strike(incarnation process) {
  const auto copy_end = std::remove_if(copies.begin(), copies.end(),
                                       [&](const copy& each) { return each.holder == process; });
  const auto joined_end = std::remove(joined.begin(), joined.end(), process);
  copies.erase(copy_end, copies.end());
  joined.erase(joined_end, joined.end());
  fed_by.erase(process);
}

bool copy_record::nobody_left() const {
  return !has_copy() && std::none_of(joined.begin(), joined.end(),
                                     [&](incarnation each) { return may_complete(each); });
}

std::vector<incarnation> copy_record::send_to(incarnation asker,
                                              const std::vector<incarnation>& failed,
                                              std::size_t fed_max, std::size_t sources_max) {
  if (!among(joined, asker)) joined.push_back(asker);
  fed_by.erase(asker);
  std::map<incarnation, std::size_t> counted;
  for (const auto& [each, by] : fed_by) ++counted[by];
  const auto fed = [&](incarnation by) {
    const auto at = counted.find(by);
    return at == counted.end() ? std::size_t{0} : at->second;
  };
  std::vector<std::pair<std::size_t, incarnation>> ordered;
  for (const copy& each : copies) {
    if (each.holder == asker || each.of != of) continue;
    // Behind all that did what they were asked for.
    const std::size_t last = among(failed, each.holder) ? joined.size() + 1 : 0;
    ordered.emplace_back(last + fed(each.holder), each.holder);
  }
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const auto& one, const auto& other) { return one.first < other.first; });
  std::vector<incarnation> sources;
  const auto take = [&](incarnation each) {
    if (sources.size() < sources_max && !among(sources, each)) sources.push_back(each);
  };
  // Those that were there from the beginning never joined; they come before all that did.
  for (const auto& [fed_already, holder] : ordered) {
    if (!among(joined, holder) && !among(failed, holder) && fed_already < fed_max) take(holder);
  }
  for (const incarnation each : joined) {
    if (each == asker || !sources.empty()) break;
    if (fed(each) >= fed_max || among(failed, each)) continue;
    if (serves(each) || may_complete(each)) take(each);
  }
  for (const auto& [fed_already, holder] : ordered) take(holder);
  if (!sources.empty()) fed_by[asker] = sources.front();
  return sources;
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::store::transfers
