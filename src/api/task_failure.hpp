#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <rt/task_error.hpp>

namespace rt::detail {

/// One task that an exception passed.
struct task_step {
  std::string task;
  std::string node;
  std::string process;
};

/// What a `task_error` tells. Immutable once made, shared by all copies.
struct task_failure {
  /// How many tasks a chain names; of longer ones the middle is left out and counted.
  static constexpr std::size_t steps_max = 32;

  std::string text;
  std::string type_name;
  /// Shape: innermost first; at least one.
  std::vector<task_step> steps;
  std::uint32_t steps_left_out = 0;
  /// Where it was thrown: addresses in this process, or the text that came from another.
  std::vector<const void*> stack_addresses;
  std::string stack_text;
  /// All of it in words; made by `compose`.
  std::string what;

  void add_step(task_step step);
  void compose();

  static const std::shared_ptr<const task_failure>& of(const task_error& error) noexcept {
    return error.failure_;
  }
};

}  // namespace rt::detail
