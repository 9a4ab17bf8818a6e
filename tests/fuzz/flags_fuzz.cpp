// Feeds command lines and variables to the parser of flags. Each line of the input is one argument;
// one that begins with `$` is a variable instead, such as `$RT_NUM_CPUS=4`.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "app/flag_table.hpp"
#include "app/flags.hpp"
#include "rt/config.hpp"

namespace {

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

struct input {
  std::vector<std::string> words{"app"};
  std::map<std::string, std::string> variables;

  explicit input(std::string_view text) {
    while (!text.empty()) {
      const std::string_view line = text.substr(0, text.find('\n'));
      text.remove_prefix(std::min(text.size(), line.size() + 1));
      // What a shell hands over ends at the first zero.
      add(line.substr(0, line.find('\0')));
    }
  }

 private:
  void add(std::string_view line) {
    if (line.empty() || line.front() != '$') {
      words.emplace_back(line);
      return;
    }
    const std::size_t equals = line.find('=');
    const std::string name(line.substr(1, equals - 1));
    if (equals != line.npos) variables[name] = std::string(line.substr(equals + 1));
  }
};

/// What a word is: not ours, a flag of ours with its value, or one that may take the next word.
enum class kind { not_ours, whole, bare };

kind kind_of(std::string_view word) {
  for (const rt::app::flag_row& row : rt::app::flag_table()) {
    const std::string name = rt::app::flag_name(row);
    for (const std::string& spelled : {name, "--rt-" + name.substr(2)}) {
      if (word == spelled) return kind::bare;
      if (word.substr(0, spelled.size() + 1) == spelled + '=') return kind::whole;
    }
  }
  return kind::not_ours;
}

/// Follows the words one by one: what must be left out is, what may not be is not.
void check_rest(const std::vector<char*>& rest, const std::vector<char*>& words) {
  auto next = rest.begin();
  const auto is_left = [&](char* word) {
    if (next == rest.end() || *next != word) return false;
    ++next;
    return true;
  };
  bool may_be_value = false;
  bool ended = false;
  require(is_left(words.front()), "the rest begins with the program");
  for (auto at = words.begin() + 1; at != words.end(); ++at) {
    const bool left = is_left(*at);
    if (ended) {
      require(left, "all behind -- is the program's");
    } else if (std::string_view(*at) == "--") {
      require(!left, "the first -- is left out");
      ended = true;
    } else {
      const kind what = kind_of(*at);
      require(what == kind::not_ours ? left || may_be_value : !left, "ours is taken, no more");
      may_be_value = what == kind::bare;
    }
  }
  require(next == rest.end(), "the rest is a part of argv in its order");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  input given(std::string_view(reinterpret_cast<const char*>(data), size));
  std::vector<char*> argv;
  for (std::string& word : given.words) argv.push_back(word.data());
  const std::vector<char*> argv_before = argv;
  const std::vector<std::string> words_before = given.words;
  const int argc = static_cast<int>(argv.size());
  argv.push_back(nullptr);

  const auto parsed = rt::app::parse_command_line(argc, argv.data(), [&](const char* name) {
    const auto at = given.variables.find(name);
    return at == given.variables.end() ? nullptr : at->second.c_str();
  });

  require(std::equal(argv_before.begin(), argv_before.end(), argv.begin()), "argv is unchanged");
  require(words_before == given.words, "its words are unchanged");
  if (!parsed) {
    const std::string& message = parsed.error().message;
    require(parsed.error().code == rt::errc::config, "a refusal is a config error");
    require(!message.empty() && message.size() < 1000, "a refusal is of bounded length");
    require(message.find_first_of("\n\r") == message.npos, "a refusal is one line");
    return 0;
  }
  if (parsed->help) return 0;
  rt::validate(parsed->config);  // what was taken has a meaning
  check_rest(parsed->rest, argv_before);
  return 0;
}
