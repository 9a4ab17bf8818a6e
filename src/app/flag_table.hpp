#pragma once

#include <span>
#include <string>
#include <string_view>

#include "rt/config.hpp"

namespace rt::app {

/// Describes one member of `config` that is also a flag and a variable.
/// Shape: a row of the one table that the parser, `--help`, the variables and `docs/flags.md` read.
struct flag_row {
  std::string_view name;     ///< As the member is spelled: "num_cpus".
  std::string_view value;    ///< What stands for the value in `--help`: "number".
  std::string_view takes;    ///< What it takes, for messages.
  std::string_view meaning;  ///< One sentence.
  std::string_view absent;   ///< The default in words, where the member is empty by default.

  /// What the flag means where no value follows it; empty where one must.
  std::string_view alone;

  /// Reads `text` into the member.   Errors: false where it is not of the form; nothing is changed.
  bool (*read)(std::string_view text, config& into);

  /// Returns the member's value as the flag would spell it; nothing where the member is empty.
  std::string (*show)(const config& from);
};

/// Returns all rows, in the order of `config`.
std::span<const flag_row> flag_table();

/// Returns "--num-cpus" of "num_cpus".
std::string flag_name(const flag_row& row);

/// Returns "RT_NUM_CPUS" of "num_cpus".
std::string variable_name(const flag_row& row);

/// Returns the default as text.
std::string default_text(const flag_row& row);

}  // namespace rt::app
