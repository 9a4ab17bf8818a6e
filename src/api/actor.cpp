#include <rt/actor.hpp>
#include <rt/core/error.hpp>
#include <rt/detail/failure.hpp>
#include <rt/detail/frame.hpp>

#include "core/class_name.hpp"

namespace rt {

namespace detail {

namespace {

[[noreturn]] void throw_no_actor(const char* what) {
  throw error(errc::invalid_argument, std::string(what) + " is called inside an actor's method",
              outcome::not_started);
}

/// Leaves the running method, whatever it is in the middle of.
struct exit_signal final : control_signal {};

/// The frame of the innermost method; a task that runs in place inside it is not part of the actor.
task_frame* method_frame() noexcept {
  task_frame* frame = this_context().frame;
  return frame != nullptr && frame->actor != nullptr ? frame : nullptr;
}

}  // namespace

void last_handle_gone(actor_core& core) noexcept {
  if (const engine_visit runtime(core.runtime); runtime) runtime->end(core);
  release(core);
}

void kill(actor_core& core) { engine_of(core).kill(core); }

actor_core& running_actor(const std::type_info& wanted) {
  task_frame* frame = method_frame();
  if (frame == nullptr) throw_no_actor("rt::this_actor");
  if (!upcast_possible(*frame->actor->type->info, wanted)) {
    throw actor_type_error("this actor is of class " + class_name(*frame->actor->type->info) +
                           ", not " + class_name(wanted) + " or derived from it");
  }
  return *frame->actor;
}

}  // namespace detail

void exit_actor() {
  detail::task_frame* frame = detail::method_frame();
  if (frame == nullptr) detail::throw_no_actor("rt::exit_actor");
  frame->exits = true;
  throw detail::exit_signal();
}

}  // namespace rt
