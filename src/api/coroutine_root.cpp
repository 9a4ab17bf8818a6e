#include <rt/detail/coroutine_root.hpp>
#include <rt/detail/frame.hpp>
#include <rt/detail/thread_context.hpp>

#include <memory>
#include <utility>

namespace rt::detail {

void start(coroutine_root& made) {
  this_context().frame->coroutine = &made;
  step(made);
}

void step(coroutine_root& root) {
  root.awaited = nullptr;
  // A loop, not a transfer from one coroutine into the other: a compiler may make that a call, and a
  // chain of them would fill the stack.
  while (!root.ended && root.awaited == nullptr) std::exchange(root.next, {}).resume();
  if (!root.ended) return;
  this_context().frame->coroutine = nullptr;
  const std::unique_ptr<coroutine_root, void (*)(coroutine_root*)> ends(
      &root, [](coroutine_root* ended) { ended->destroy(*ended); });
  root.finish(root);
}

}  // namespace rt::detail
