// What the public header costs whoever includes it, in the compiler's processor time.

#include <array>
#include <string>

#include "compile/compiler.hpp"
#include "rows/rows.hpp"

namespace bench {
namespace {

constexpr const char* containers =
    "#include <cereal/archives/binary.hpp>\n"
    "#include <cereal/types/array.hpp>\n#include <cereal/types/chrono.hpp>\n"
    "#include <cereal/types/deque.hpp>\n#include <cereal/types/list.hpp>\n"
    "#include <cereal/types/map.hpp>\n#include <cereal/types/memory.hpp>\n"
    "#include <cereal/types/optional.hpp>\n#include <cereal/types/set.hpp>\n"
    "#include <cereal/types/string.hpp>\n#include <cereal/types/tuple.hpp>\n"
    "#include <cereal/types/unordered_map.hpp>\n#include <cereal/types/unordered_set.hpp>\n"
    "#include <cereal/types/utility.hpp>\n#include <cereal/types/variant.hpp>\n"
    "#include <cereal/types/vector.hpp>\n";

constexpr const char* header =
    "#include <rt/rt.hpp>\n#include <cstdint>\n#include <string>\n#include <vector>\n";

struct type_in_program {
  const char* result;
  const char* parameter;
  const char* argument;
};

constexpr std::array<type_in_program, 5> types{
    {{"int", "int", "1"},
     {"double", "double", "2.5"},
     {"std::string", "const std::string&", "std::string(\"a\")"},
     {"std::vector<int>", "const std::vector<int>&", "std::vector<int>{1, 2}"},
     {"std::uint64_t", "std::uint64_t", "7U"}}};

/// Returns a program of `count` functions of one to three parameters, each called as `call` says.
/// Most have a signature of their own, as a program's remote functions do: what a library shares
/// between functions of one signature helps it little.
std::string program(const std::string& head, const std::string& call, std::size_t count) {
  std::string text = head;
  std::string body;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string f = "f" + std::to_string(i);
    std::string parameters;
    std::string arguments;
    for (std::size_t place = 0, x = i * 7 + 3; place < 1 + i % 3; ++place, x /= types.size()) {
      const type_in_program& type = types[(x + place * i) % types.size()];
      parameters += (place == 0 ? "" : ", ") + std::string(type.parameter);
      arguments += (place == 0 ? "" : ", ") + std::string(type.argument);
    }
    text += std::string(types[i * 3 % types.size()].result) + " " + f + "(" + parameters + ");\n";
    std::string line = call;
    line.replace(line.find('F'), 1, f);
    line.replace(line.find('A'), 1, arguments);
    body += "  " + line + "\n";
  }
  return text + "void call_all() {\n" + body + "}\n";
}

/// Seconds that one more function costs, by the difference of many and none.
double each_more(const session& s, const std::string& head, const std::string& call) {
  const std::size_t count = s.quick ? 4 : 100;
  const double none = compile_seconds(program(head, call, 0));
  return (compile_seconds(program(head, call, count)) - none) / static_cast<double>(count);
}

}  // namespace

void add_compile_rows(std::vector<row>& table) {
  table.push_back(
      {.section = "Compile time",
       .name = "`#include <rt/rt.hpp>`",
       .unit = unit::seconds,
       .contenders = {by_us([](const session&) { return compile_seconds(header); }),
                      by_yardstick("cereal with containers",
                                   [](const session&) { return compile_seconds(containers); })},
       .targets = {at_most(1.3, "cereal with containers")}});
  table.push_back(
      {.section = "Compile time",
       .name = "one more `remote<F>` (of 100)",
       .unit = unit::seconds,
       .contenders =
           {by_us([](const session& s) { return each_more(s, header, "rt::remote<F>(A);"); }),
            by_yardstick("one more `std::async`",
                         [](const session& s) {
                           return each_more(
                               s,
                               "#include <cstdint>\n#include <future>\n#include <string>\n"
                               "#include <vector>\n",
                               "(void)std::async(F, A);");
                         })},
       .targets = {at_most(20e-3)}});
}

}  // namespace bench
