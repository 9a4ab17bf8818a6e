#include "worker/borrowing/handings.hpp"

#include "core/planted_bug.hpp"

#include <limits>
#include <utility>

namespace rt::worker::borrowing {
inline namespace RT_LANE_VARIANT {

handing_number given_handings::add(incarnation to, std::vector<object_id> objects) {
  const handing_number number{++newest_};
  if (!objects.empty()) handings_.emplace(number, given{to, std::move(objects)});
  return number;
}

given_handings::given* given_handings::find(incarnation to, handing_number number) {
  const auto at = handings_.find(number);
  return at == handings_.end() || at->second.to != to ? nullptr : &at->second;
}

std::vector<object_id> given_handings::erase_all(incarnation to) {
  std::vector<object_id> objects;
  for (auto each = handings_.begin(); each != handings_.end();) {
    if (each->second.to != to) {
      ++each;
      continue;
    }
    objects.insert(objects.end(), each->second.objects.begin(), each->second.objects.end());
    each = handings_.erase(each);
  }
  return objects;
}

taken_handings::taken* taken_handings::add(incarnation giver, handing_number number) {
  handing_number& newest = handed_up_to_[giver];
  if (number <= newest && !RT_SIMBUG("borrowing.repeated_handing_counts")) return nullptr;
  newest = number;
  return &handings_[{giver, number}];
}

cover taken_handings::open(incarnation self, const object_id& outer) {
  const cover made{self, handing_number{++newest_opened_}};
  taken& opened = handings_[made];
  opened.due = true;
  opened.outer = outer;
  return made;
}

taken_handings::taken* taken_handings::find(const cover& which) {
  const auto at = handings_.find(which);
  return at == handings_.end() ? nullptr : &at->second;
}

std::vector<std::pair<cover, taken_handings::taken>> taken_handings::erase_all(incarnation giver) {
  handed_up_to_.erase(giver);
  constexpr handing_number last{std::numeric_limits<std::uint64_t>::max()};
  const auto begin = handings_.lower_bound({giver, handing_number{}});
  const auto end = handings_.upper_bound({giver, last});
  std::vector<std::pair<cover, taken>> erased;
  for (auto each = begin; each != end; ++each) erased.emplace_back(each->first, each->second);
  handings_.erase(begin, end);
  return erased;
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::borrowing
