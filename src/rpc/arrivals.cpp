#include "rpc/arrivals.hpp"

#include <utility>

#include "core/fault_site.hpp"

namespace rt::rpc {
inline namespace RT_LANE_VARIANT {

arrivals::turn arrivals::look(std::uint64_t number, std::span<const std::byte> frame) {
  if (number == acted_upon_ && RT_SIMBUG("dedupe.newest_comes_twice")) return turn::next;
  if (number <= acted_upon_) {
    RT_PROBE("arrivals.duplicate");
    return turn::old;
  }
  if (number == acted_upon_ + 1) return turn::next;
  if (early_.size() >= early_frames_max_ || early_bytes_ + frame.size() > early_bytes_max_) {
    RT_PROBE("arrivals.early_dropped");
  } else if (!RT_BUGGIFY("arrivals.no_room") &&
             early_.try_emplace(number, frame.begin(), frame.end()).second) {
    early_bytes_ += frame.size();
  }
  return turn::early;
}

std::optional<std::vector<std::byte>> arrivals::take_early() {
  // One that came twice, early and then in its turn, is let go of here.
  while (!early_.empty() &&
         (early_.begin()->first <= acted_upon_ + 1 || RT_SIMBUG("order.early_first"))) {
    auto found = early_.extract(early_.begin());
    early_bytes_ -= found.mapped().size();
    if (found.key() > acted_upon_) {
      RT_PROBE("arrivals.early_taken_later");
      return std::move(found.mapped());
    }
  }
  return std::nullopt;
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::rpc
