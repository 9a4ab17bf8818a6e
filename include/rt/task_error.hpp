#pragma once

#include <memory>
#include <stdexcept>
#include <string>

namespace rt {

namespace detail {
struct task_failure;
}  // namespace detail

/// Tells that a task's function threw: what, in which task, and where.
/// What `get` throws derives from this and from the class of what was thrown, so that it is caught
/// as either. For that it is no `std::exception` itself: two such bases would be ambiguous.
/// Shape: an exception has exactly one; a task that lets it escape again adds itself to its chain.
/// Thread: immutable; copies share what they tell and do not throw.
class task_error {
 public:
  virtual ~task_error();

  /// Returns the original text, then a line for each task that it passed, outermost first.
  virtual const char* what() const noexcept;

  /// Returns the name of the class that was thrown, as it stands in the source.
  const std::string& type_name() const noexcept;

  /// Returns name and id of the task that threw.
  const std::string& task() const noexcept;

  /// Returns the node that it ran on.
  const std::string& node() const noexcept;

  /// Returns the process that it ran in.
  const std::string& process() const noexcept;

  /// Returns the calls that led to the throw, one a line, innermost first.
  /// Shape: `#0 function+0x12 in module+0x3456`; the function where its name is exported, else `??`,
  /// and what `addr2line -e module` takes. Empty where the stack is not known.
  std::string stack() const;

 protected:
  explicit task_error(std::shared_ptr<const detail::task_failure> failure) noexcept;
  task_error(const task_error&) noexcept = default;
  task_error& operator=(const task_error&) noexcept = default;

 private:
  friend struct detail::task_failure;

  std::shared_ptr<const detail::task_failure> failure_;
};

/// Tells that a task threw what no one declared and what has no standard base: its text, if it had
/// any, and its type's name.
class untyped_task_error : public std::runtime_error, public task_error {
 public:
  explicit untyped_task_error(std::shared_ptr<const detail::task_failure> failure);
  const char* what() const noexcept override;
};

}  // namespace rt
