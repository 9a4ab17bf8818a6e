#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <typeinfo>

namespace rt::detail {

struct cell;
struct cell_type;

/// One remote function of this binary: its identity, how its calls are read from bytes, its pace.
///
/// Each instance of `rt::remote<F>` has one, linked into a list before `main` starts.
/// Thread: constant after start-up, except for the estimate.
struct function_record {
  /// The type whose mangled name is the function's identity.
  const std::type_info* tag;
  /// The source file that instantiated it; part of the identity where the name has internal linkage.
  const char* base_file;
  /// The type of a cell whose arguments are all values, as they are where they were read.
  const cell_type* of_values;
  function_record* next = nullptr;

  /// How long a run takes; 0 as long as it is not known. Units: nanoseconds. The shorter of the last
  /// two runs, since preemption is no evidence.
  std::atomic<std::uint32_t> estimate_ns{0};
  std::atomic<std::uint32_t> last_ns{0};

  function_record(const std::type_info& its_tag, const char* its_base_file,
                  const cell_type& its_cells) noexcept;
  function_record(const function_record&) = delete;
  function_record& operator=(const function_record&) = delete;

  /// What people read: the function's name, with namespaces and template arguments.
  std::string name() const;
  /// What processes compare.
  std::string identity() const;
};

/// Returns what processes compare of a type: its mangled name, with its source file's name where that
/// is hidden in the file.
std::string identity_of(const std::type_info& type, const char* base_file);

/// Returns the task's name for people: its option's, else its function's.
std::string name_of(const cell& task);

/// Returns the function of that identity, null if this binary has none.
/// Thread: any, after start-up.
const function_record* find_function(std::string_view identity);

/// Forgets how long each function's runs take, so that a simulation does not depend on earlier ones.
/// Thread: while no runtime lives.
void forget_paces() noexcept;

/// Returns one line about two functions of one identity, empty if there are none.
std::string find_twin_functions();

}  // namespace rt::detail
