#include <rt/detail/thread_context.hpp>

namespace rt::detail {

constinit thread_local thread_context* current_context = nullptr;

thread_context& make_context() {
  // The thread's own. It ends with the thread's other locals; handles that are dropped still later
  // find the pointer, and memory that is valid as long as the thread is.
  thread_local thread_context own;
  current_context = &own;
  return own;
}

}  // namespace rt::detail
