#include <initializer_list>
#include <string>

#include "app/flag_table.hpp"
#include "app/flags.hpp"

namespace rt::app {
namespace {

std::string usage_of(const flag_row& row) {
  return flag_name(row) + "=<" + std::string(row.value) + '>';
}

/// Puts one row of a Markdown table together.
std::string cells(std::initializer_list<std::string> texts) {
  std::string line = "|";
  for (const std::string& text : texts) line += ' ' + text + " |";
  return line + '\n';
}

std::string code(const std::string& text) { return '`' + text + '`'; }

}  // namespace

std::string help_text(const std::string& program) {
  std::string text = "Usage: " + program + " [flag of the runtime | argument of the program]... ";
  text += "[-- argument of the program...]\n\nFlags of the runtime:\n";
  for (const flag_row& row : flag_table()) {
    text.append("  ").append(usage_of(row)).append("\n");
    text.append("      ").append(row.meaning).append(" Default: ").append(default_text(row));
    text.append(".\n      Takes ").append(row.takes).append(".\n");
  }
  text +=
      "\nEach also answers to --rt-... (--rt-num-cpus=4) and to a variable (RT_NUM_CPUS=4).\n"
      "A flag beats its variable. What is not listed here is the program's own.\n";
  return text;
}

std::string flags_document() {
  std::string text =
      "# Flags and variables\n\n"
      "Made from the table in `src/app/flag_table.cpp`; a test compares them. The same members of\n"
      "`rt::config` are set by an embedding program, in code.\n\n";
  text += cells({"flag", "variable", "takes", "default", "meaning"});
  text += cells({"---", "---", "---", "---", "---"});
  for (const flag_row& row : flag_table()) {
    text += cells({code(usage_of(row)), code(variable_name(row)), std::string(row.takes),
                   default_text(row), std::string(row.meaning)});
  }
  text +=
      "| `--help` | | no value | | Lists these flags and ends. |\n\n"
      "- Each flag also answers to `--rt-...`, such as `--rt-num-cpus=4`. Its value follows `=`,\n"
      "  or is the next argument unless that begins with `--`. Only `--insecure` may stand alone.\n"
      "- A flag beats its variable, and that beats the default. A variable that is empty counts "
      "as\n"
      "  not set.\n"
      "- The last of several flags of one name counts, and each of them must be right.\n"
      "- Only whole names are the runtime's: `--num-cpu` is the program's own. A `--rt-...` that "
      "is\n"
      "  not listed here is refused.\n"
      "- After the first `--` everything is the program's own. That `--` itself is not handed on.\n"
      "- A wrong value ends the program before anything starts: one line on stderr that names the\n"
      "  flag or variable, its value and what it takes, and exit code 2.\n";
  return text;
}

}  // namespace rt::app
