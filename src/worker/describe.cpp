#include "worker/describe.hpp"

#include <rt/detail/engine.hpp>
#include <rt/detail/frame.hpp>
#include <rt/detail/function_record.hpp>
#include <rt/this_task.hpp>

#include <string>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

detail::task_description describe(void* frame) {
  const detail::engine& runtime = *detail::this_context().runtime;
  thread_local std::string name;
  name = name_of(*static_cast<const detail::task_frame*>(frame)->task);
  detail::task_description told;
  told.name = name;
  told.id = to_string(this_task::id());
  told.node = id_text(runtime.incarnation(), 0);
  told.process = told.node;
  return told;
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
