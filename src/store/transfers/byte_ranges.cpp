#include "store/transfers/byte_ranges.hpp"

#include <algorithm>
#include <iterator>

namespace rt::store::transfers {
inline namespace RT_LANE_VARIANT {

void byte_ranges::add(std::uint64_t begin, std::uint64_t end) {
  if (begin >= end) return;
  auto at = ranges_.upper_bound(begin);
  if (at != ranges_.begin() && std::prev(at)->second >= begin) --at;
  while (at != ranges_.end() && at->first <= end) {
    begin = std::min(begin, at->first);
    end = std::max(end, at->second);
    at = ranges_.erase(at);
  }
  ranges_.emplace(begin, end);
}

std::uint64_t byte_ranges::end_of(std::uint64_t begin) const {
  const auto after = ranges_.upper_bound(begin);
  return after == ranges_.begin() ? begin : std::max(begin, std::prev(after)->second);
}

std::uint64_t byte_ranges::next_after(std::uint64_t at, std::uint64_t end) const {
  const auto after = ranges_.upper_bound(at);
  return after == ranges_.end() ? end : std::min(end, after->first);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::store::transfers
