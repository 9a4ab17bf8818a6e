#pragma once

#include "store/transfers/messages.hpp"
#include "worker/borrowing/messages.hpp"

#include <rt/core/ids.hpp>

#include <exception>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

/// Returns what whoever waits for such an object is thrown: `owner_died_error`,
/// `object_lost_error`.
std::exception_ptr lost_error(const object_id& object, store::transfers::loss why);
std::exception_ptr lost_error(const object_id& object, borrowing::loss why);

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
