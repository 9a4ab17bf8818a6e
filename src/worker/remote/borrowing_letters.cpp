#include "worker/remote/borrowing_letters.hpp"

#include <utility>
#include <variant>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

namespace {

object_id id_of(borrowing::incarnation owner, std::uint64_t counter) {
  return {static_cast<std::uint64_t>(owner), counter};
}

}  // namespace

wire::borrowing_letter to_wire(const borrowing::message& said) {
  wire::borrowing_letter made;
  if (const auto* release = std::get_if<borrowing::release_notice>(&said)) {
    wire::handing_released told{.handing = static_cast<std::uint64_t>(release->number),
                                .still_held = {}};
    for (const borrowing::held_object& held : release->still_held) {
      told.still_held.push_back({held.object, static_cast<std::uint64_t>(held.since)});
    }
    made.what = std::move(told);
  } else if (const auto* add = std::get_if<borrowing::add_request>(&said)) {
    made.what = wire::borrower_added{add->object.counter, static_cast<std::uint64_t>(add->since)};
  } else if (const auto* reply = std::get_if<borrowing::add_reply>(&said)) {
    made.what = wire::borrower_answered{reply->object.counter,
                                        static_cast<std::uint64_t>(reply->since), reply->known};
  } else if (const auto* removed = std::get_if<borrowing::remove_notice>(&said)) {
    made.what =
        wire::borrower_removed{removed->object.counter, static_cast<std::uint64_t>(removed->since)};
  }
  return made;
}

borrowing::message from_wire(const wire::borrowing_letter& read, borrowing::incarnation from,
                             borrowing::incarnation self) {
  if (const auto* add = std::get_if<wire::borrower_added>(&read.what)) {
    return borrowing::add_request{id_of(self, add->counter), borrowing::generation{add->since}};
  }
  if (const auto* reply = std::get_if<wire::borrower_answered>(&read.what)) {
    return borrowing::add_reply{id_of(from, reply->counter), borrowing::generation{reply->since},
                                reply->known};
  }
  if (const auto* removed = std::get_if<wire::borrower_removed>(&read.what)) {
    return borrowing::remove_notice{id_of(self, removed->counter),
                                    borrowing::generation{removed->since}};
  }
  const auto& release = std::get<wire::handing_released>(read.what);
  borrowing::release_notice told{.number = borrowing::handing_number{release.handing},
                                 .still_held = {}};
  for (const wire::still_held& held : release.still_held) {
    told.still_held.push_back({held.object, borrowing::generation{held.since}});
  }
  return told;
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
