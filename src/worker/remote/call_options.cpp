#include "worker/remote/call_options.hpp"

#include <rt/detail/call_context.hpp>

#include <algorithm>
#include <cstdint>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

void write_options(wire::task_header& to, const detail::cell& call, instant now) {
  const detail::call_context* const context = call.context.load(std::memory_order_acquire);
  if (context == nullptr) return;
  if (context->job) to.job = context->job;
  if (context->deadline != never) {
    to.context.deadline_left_ns =
        static_cast<std::uint64_t>(std::max<instant>(context->deadline - now, 0));
  }
  if (context->owner == &call) to.name = context->name.substr(0, wire::limits::name_bytes_max);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
