#pragma once

#include <exception>
#include <string>
#include <vector>

#include <rt/detail/failure.hpp>

namespace rt::detail {

/// Looks like an exception class and is none: the `type_info` that stands for it in a catch clause
/// is our own object. While the search for a handler asks it whether it catches, the stack of the
/// throw is still whole; it remembers that stack and says no.
/// A catch clause of it stands only in `guarded_call`, in front of the one that catches all.
class [[gnu::visibility("hidden")]] throw_probe {
 public:
  // Declared and nowhere defined: so the compiler takes the type_info to be defined elsewhere.
  virtual ~throw_probe();
};

/// Does what `run_guarded` promises, in a frame of its own: a remembered stack ends there.
/// Hidden, so that its address is its own and not that of an entry in a table of the linker's.
[[gnu::visibility("hidden"), gnu::noinline]] std::exception_ptr guarded_call(
    void (*run)(void*), void* context, task_description (*describe)(void*), void* describe_context);

/// Takes the stack that was remembered for the exception object at `exception`; empty if there is
/// none. To be called once by the handler that caught it.
/// Shape: addresses of return, innermost first.
std::vector<const void*> take_throw_stack(const void* exception);

/// Turns such addresses into text, one line each; the form is told at `task_error::stack`.
std::string describe_stack(const std::vector<const void*>& addresses);

}  // namespace rt::detail
