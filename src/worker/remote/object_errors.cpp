#include "worker/remote/object_errors.hpp"

#include <rt/core/error.hpp>

#include <string>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

using store::transfers::loss;

namespace {

/// Completes the sentence that the object's name begins.
const char* reason_of(loss why) {
  switch (why) {
    case loss::freed: return " was freed by its owner";
    case loss::was_put: return " is gone with its copies: it was put, and no task makes it";
    case loss::not_retriable:
      return " is gone with its copies, and the task that made it is not to be run again";
    case loss::attempts_used:
      return " is gone with its copies, and the task that made it has run as often as it may";
    case loss::lineage_evicted:
      return " is gone with its copies, and how it was made has been forgotten";
    case loss::owner_died:
    case loss::none: break;
  }
  return " is gone with its copies";
}

}  // namespace

std::exception_ptr lost_error(const object_id& object, loss why) {
  if (why == loss::owner_died) {
    return std::make_exception_ptr(
        owner_died_error("the process that owned the object " + to_string(object) + " is gone"));
  }
  return std::make_exception_ptr(
      object_lost_error("the object " + to_string(object) + reason_of(why)));
}

std::exception_ptr lost_error(const object_id& object, borrowing::loss why) {
  return lost_error(object, why == borrowing::loss::owner_died ? loss::owner_died : loss::freed);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
