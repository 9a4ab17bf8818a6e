#pragma once

#include "worker/borrowing/messages.hpp"

namespace rt::worker::borrowing {
inline namespace RT_LANE_VARIANT {

/// What is to be done in the world after a step; the edge does it, in this order.
/// Shape: letters to one process are sent in their order.
struct effects {
  struct letter {
    incarnation to{};
    message what;
  };
  struct loss_of {
    object_id object;
    loss why = loss::none;
  };

  std::vector<letter> letters;
  std::vector<object_id> freed;  ///< Own objects whose values may go.
  std::vector<loss_of> lost;     ///< Whoever waits for one of these is to be told.
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::borrowing
