#include "app/flags.hpp"

// Its names carry no version: in a program that brings another release of it, the linker would merge
// that one's inline functions with these. So here they live under a name of ours.
#define CLI roundtrip_cli11
#include <CLI/CLI.hpp>
#undef CLI

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "api/option_rules.hpp"
#include "app/flag_table.hpp"

namespace rt::app {
namespace {

namespace cli = roundtrip_cli11;

/// The most of a wrong value that a message repeats.   Units: bytes.
constexpr std::size_t shown_bytes_max = 200;

/// Returns `text` as one line of bounded length, whatever bytes it holds.
std::string one_line(std::string_view text) {
  std::string line(text.substr(0, shown_bytes_max));
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = '?';
  }
  return text.size() > shown_bytes_max ? line + "..." : line;
}

error_info refusal(std::string message) {
  return {.code = errc::config, .outcome = outcome::not_started, .message = std::move(message)};
}

/// Reads one value into `into`; returns the complaint about it.
std::optional<error_info> take(const flag_row& row, const std::string& source,
                               const std::string& text, config& into) {
  // Members read before were right: whatever is found now is this one's.
  if (row.read(text, into) && !detail::find_bad_option(into)) return std::nullopt;
  return refusal(source + '=' + one_line(text) + ": takes " + std::string(row.takes));
}

/// Tells whether `argument` is a flag of ours with nothing behind its `=`. The library would take
/// the next argument for its value, and what a shell left empty would swallow a file name.
bool lacks_value(std::string_view argument, const flag_row& row) {
  if (argument.empty() || argument.back() != '=') return false;
  argument.remove_suffix(1);
  const std::string name = flag_name(row);
  return argument == name || argument == "--rt-" + name.substr(2);
}

/// Looks at what is not ours for what only looks like it.
std::optional<error_info> find_unknown(const std::vector<std::string>& rest) {
  for (const std::string& argument : rest) {
    if (argument == "--") break;
    if (argument.rfind("--rt-", 0) == 0) {
      return refusal(one_line(argument) +
                     ": no such flag; --rt- takes a flag of the runtime, which --help lists");
    }
  }
  return std::nullopt;
}

/// Returns those of `arguments` that are `rest`, which is a part of them in the same order; without
/// the first `--`.
std::vector<char*> locate(const std::vector<std::string>& rest, std::span<char*> arguments) {
  std::vector<char*> found;
  auto word = rest.begin();
  bool ended = false;
  for (char* argument : arguments) {
    if (word == rest.end()) break;
    if (*word != argument) continue;
    const bool ends = !ended && *word == "--";
    if (!ends) found.push_back(argument);
    ended |= ends;
    ++word;
  }
  return found;
}

}  // namespace

result<parsed_command_line> parse_command_line(int argc, char** argv,
                                               const variable_lookup& variable) {
  parsed_command_line parsed;
  const std::span<char*> words(argv, static_cast<std::size_t>(std::max(argc, 0)));
  const std::span<char*> program = words.first(std::min<std::size_t>(words.size(), 1));
  const std::span<char*> arguments = words.subspan(program.size());
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());  // the library's order
  for (auto at = reversed.rbegin(); at != reversed.rend() && *at != "--"; ++at) {
    for (const flag_row& row : flag_table()) {
      if (lacks_value(*at, row))
        return refusal(one_line(*at) + ": takes " + std::string(row.takes));
    }
  }

  cli::App app;
  app.allow_extras();
  app.set_help_flag("--help,--rt-help");
  std::vector<std::pair<const flag_row*, cli::Option*>> options;
  for (const flag_row& row : flag_table()) {
    const std::string name = flag_name(row);
    cli::Option* option = app.add_option(name + ",--rt-" + name.substr(2));
    // A value is not demanded here, so that the message about a missing one is ours; nor is it the
    // library that picks among several, so that each is checked.
    option->type_size(1)->expected(0, 1)->allow_extra_args(false);
    option->multi_option_policy(cli::MultiOptionPolicy::TakeAll);
    options.emplace_back(&row, option);
  }
  try {
    app.parse(std::move(reversed));
  } catch (const cli::CallForHelp&) {
    parsed.help = true;
    return parsed;
  } catch (const cli::ParseError& error) {
    return refusal(one_line(error.what()));
  }

  const std::vector<std::string> rest = app.remaining();
  if (auto bad = find_unknown(rest)) return *std::move(bad);
  for (const auto& [row, option] : options) {
    for (const std::string& text : option->results()) {
      if (auto bad = take(*row, flag_name(*row), text, parsed.config)) return *std::move(bad);
    }
    if (option->count() > 0) continue;
    const std::string name = variable_name(*row);
    const char* text = variable(name.c_str());
    if (text == nullptr || *text == '\0') continue;
    if (auto bad = take(*row, name, text, parsed.config)) return *std::move(bad);
  }
  parsed.rest = locate(rest, arguments);
  parsed.rest.insert(parsed.rest.begin(), program.begin(), program.end());
  return parsed;
}

}  // namespace rt::app
