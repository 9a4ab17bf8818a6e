#pragma once

#include <functional>
#include <string>
#include <vector>

#include "rt/config.hpp"
#include "rt/core/result.hpp"

namespace rt::app {

/// Holds what a command line and the variables say.
/// Shape: `config` is valid; `rest` is what the driver is given: the program's name, then, in order,
/// everything that is not the runtime's. With `help` nothing else was looked at.
/// Owner: `rest` points into the argv that was parsed.
struct parsed_command_line {
  rt::config config = {};
  std::vector<char*> rest = {};
  bool help = false;
};

/// Looks up a variable of the environment; null where it is not set.
using variable_lookup = std::function<const char*(const char*)>;

/// Reads the runtime's own flags from a command line, then the variables of those not given.
/// Shape: `--num-cpus=4`, `--num-cpus 4` and `--rt-num-cpus=4` are one flag; the next word is its
/// value unless it begins with `--`; few flags mean something without one; the last one given counts; each must be right. Only names that match whole are the runtime's: `--num-cpu` is the
/// program's, but a `--rt-` that is no flag is an error. The first `--` ends the runtime's part and
/// is itself left out; a program that wants one for its own parser is given two. A variable that is
/// empty counts as not set; one whose flag is given is not read.
/// Thread: any; argv is not changed.   Errors: `config`, one line without its end, that names the flag
/// or variable, its value, and what it takes.
result<parsed_command_line> parse_command_line(int argc, char** argv,
                                               const variable_lookup& variable);

/// Returns what `--help` prints: usage, and the runtime's flags with their defaults.
std::string help_text(const std::string& program);

/// Returns the text of `docs/flags.md`.
std::string flags_document();

}  // namespace rt::app
