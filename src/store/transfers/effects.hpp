#pragma once

#include "store/transfers/messages.hpp"

#include <cstdint>
#include <vector>

namespace rt::store::transfers {
inline namespace RT_LANE_VARIANT {

/// Numbers one wait of someone in this process for an object; chosen by the edge.
enum class wait_number : std::uint64_t {};

/// How a wait has ended.
enum class wait_end : std::uint8_t {
  here,          ///< A complete copy lies in the buffer.
  inline_value,  ///< The value is in the `locate_reply` that this step took.
  failed,        ///< So is the failure of its task.
  lost,          ///< It cannot be had; `why` says why.
};

/// What is to be done in the world after a step; the edge does it, in this order.
/// Shape: letters to one process are sent in their order; none goes to this process itself.
struct effects {
  struct buffer_made {
    buffer_number buffer{};
    object_id object;
    std::uint64_t bytes = 0;
  };
  /// The piece that came with the reply which this step took goes there.
  struct piece_written {
    buffer_number buffer{};
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
  };
  struct letter {
    incarnation to{};
    message what;
  };
  struct wait_ended {
    wait_number wait{};
    object_id object;
    wait_end how = wait_end::here;
    loss why = loss::none;
    buffer_number buffer{};
  };

  std::vector<buffer_made> made;       ///< Memory to be had.
  std::vector<piece_written> written;  ///< At most one.
  std::vector<letter> letters;
  std::vector<wait_ended> ended;  ///< Each wait once; a buffer is the edge's to share from then on.
  std::vector<buffer_number> dropped;  ///< Memory that the book needs no more.
  /// Own objects that someone waits for and of which no copy is left: the edge answers each by
  /// `rebuilding` or `cannot_rebuild`, at once or later.
  std::vector<object_id> rebuild;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::store::transfers
