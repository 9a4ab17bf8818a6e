#pragma once

#include "wire/messages/borrowing.hpp"
#include "worker/borrowing/messages.hpp"

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

/// Makes of what the book says what goes to another process.
wire::borrowing_letter to_wire(const borrowing::message& said);

/// The other way round.   Shape: `from` has sent it to `self`; one of them owns what it is about.
borrowing::message from_wire(const wire::borrowing_letter& read, borrowing::incarnation from,
                             borrowing::incarnation self);

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
