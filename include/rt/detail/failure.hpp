#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <typeinfo>

namespace rt::detail {

class output_archive;
class input_archive;

/// Says which task failed and where. Made only when something was thrown.
struct task_description {
  std::string_view name;
  std::string id;
  std::string node;
  std::string process;
};

/// The base of what the runtime throws through user code for its own ends, such as leaving an actor.
/// `run_guarded` hands it back as it is; user code that catches everything stops it, so be it.
class control_signal {
 public:
  virtual ~control_signal() = default;
};

/// Calls `run(context)` and returns null, or what `get` is to throw for the exception it let escape.
/// This is the one boundary at which exceptions of user code are caught.
/// Shape: null; the original as it is if it derives from `control_signal`; else an object that derives
/// from `task_error` and from the class of the original, or its nearest base that is declared, with
/// the chain extended if it had a `task_error` already. Only if memory for that runs out, the
/// original.   Owner: `describe` is called at most once, during the call, after `run` has ended.
/// Thread: any; keeps nothing of a thread across `run`, which may be suspended and go on elsewhere.
/// Errors: none; the unwinding of a cancelled thread passes.
std::exception_ptr run_guarded(void (*run)(void*), void* context,
                               task_description (*describe)(void*), void* describe_context);

/// Writes an exception: the names of its class and of the declared bases, its text and state, and
/// what its `task_error` tells, the stack as text.
/// Errors: bad_alloc; state that cannot be written is left out.
void write_failure(output_archive& out, const std::exception_ptr& failure);

/// Reads it again as the nearest class that this process knows.
/// Errors: serialization_error for malformed bytes.
std::exception_ptr read_failure(input_archive& in);

/// Returns the object that `exception` holds as a `catch` of `type` would see it, without throwing;
/// null if it would not be caught.   Owner: `exception`.
const void* find_exception(const std::exception_ptr& exception,
                           const std::type_info& type) noexcept;

template <class E>
const E* find_exception(const std::exception_ptr& exception) noexcept {
  return static_cast<const E*>(find_exception(exception, typeid(E)));
}

}  // namespace rt::detail
