#include "app/flags.hpp"

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

/// Reads one value into `into`; `name` is the flag's or the variable's, as it was written.
/// Errors: the complaint about the value.
result<void> take(const flag_row& row, std::string_view name, std::string_view text, config& into) {
  // Members read before were right: whatever is found now is this one's. How they stand beside one
  // another is looked at when all are there.
  if (row.read(text, into) && !detail::find_bad_option(into)) return {};
  return refusal(std::string(name) + '=' + one_line(text) + ": takes " + std::string(row.takes));
}

/// Returns the row that `name`, such as "--num-cpus" or "--rt-num-cpus", belongs to, or null.
const flag_row* find_row(std::string_view name) {
  for (const flag_row& row : flag_table()) {
    const std::string own = flag_name(row);
    if (name == own || name == "--rt-" + own.substr(2)) return &row;
  }
  return nullptr;
}

/// As a flag spells the name of a member.
std::string spelled(std::string_view member) {
  std::string name(member);
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

bool is_help(std::string_view word) { return word == "--help" || word == "--rt-help"; }

/// Reads the words before the first `--`: the runtime's flags into `parsed.config`, with a note in
/// `given` of whose flags they were, all else behind `parsed.rest`.
result<void> take_flags(std::span<char*> words, parsed_command_line& parsed,
                        std::vector<const flag_row*>& given) {
  for (auto at = words.begin(); at != words.end(); ++at) {
    const std::string_view word = *at;
    const std::size_t equals = word.find('=');
    const std::string_view name = word.substr(0, equals);
    const flag_row* row = find_row(name);
    if (row == nullptr) {
      if (name.substr(0, 5) == "--rt-") {
        return refusal(one_line(word) +
                       ": no such flag; --rt- takes a flag of the runtime, which --help lists");
      }
      parsed.rest.push_back(*at);
      continue;
    }
    std::string_view text;
    if (equals != word.npos) {
      text = word.substr(equals + 1);
    } else if (at + 1 != words.end() && std::string_view(at[1]).substr(0, 2) != "--") {
      text = *++at;
    } else {
      text = row->alone;
    }
    if (auto taken = take(*row, name, text, parsed.config); !taken) return taken;
    given.push_back(row);
  }
  return {};
}

/// Reads the variables of all flags that are not among `given`.
result<void> take_variables(const variable_lookup& variable,
                            const std::vector<const flag_row*>& given, config& into) {
  for (const flag_row& row : flag_table()) {
    if (std::find(given.begin(), given.end(), &row) != given.end()) continue;
    const std::string name = variable_name(row);
    const char* text = variable(name.c_str());
    if (text == nullptr || *text == '\0') continue;
    if (auto taken = take(row, name, text, into); !taken) return taken;
  }
  return {};
}

}  // namespace

result<parsed_command_line> parse_command_line(int argc, char** argv,
                                               const variable_lookup& variable) {
  parsed_command_line parsed;
  const std::span<char*> words(argv, static_cast<std::size_t>(std::max(argc, 0)));
  const std::span<char*> program = words.first(std::min<std::size_t>(words.size(), 1));
  const std::span<char*> arguments = words.subspan(program.size());
  const auto end = std::find_if(arguments.begin(), arguments.end(),
                                [](const char* word) { return std::string_view(word) == "--"; });
  const std::span<char*> ours(arguments.begin(), end);
  const std::span<char*> behind(end == arguments.end() ? end : end + 1, arguments.end());
  if (std::any_of(ours.begin(), ours.end(), is_help)) {
    parsed.help = true;
    return parsed;
  }

  parsed.rest.assign(program.begin(), program.end());
  std::vector<const flag_row*> given;
  if (auto taken = take_flags(ours, parsed, given); !taken) return std::move(taken).error();
  parsed.rest.insert(parsed.rest.end(), behind.begin(), behind.end());
  if (auto taken = take_variables(variable, given, parsed.config); !taken) {
    return std::move(taken).error();
  }
  if (const auto bad = detail::find_bad_combination(parsed.config)) {
    return refusal(std::string("--") + spelled(bad->name) + '=' + one_line(bad->value) +
                   ": takes " + std::string(bad->takes));
  }
  return parsed;
}

}  // namespace rt::app
