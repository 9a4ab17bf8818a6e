// What the public header costs whoever includes it, in the compiler's processor time.

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

constexpr const char* header = "#include <rt/rt.hpp>\n#include <string>\n#include <vector>\n";

/// Returns a program of `count` functions of a few signatures, each called as `call` says.
std::string program(const std::string& head, const std::string& call, std::size_t count) {
  std::string text = head;
  std::string body;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string f = "f" + std::to_string(i);
    switch (i % 4) {
      case 0: text += "int " + f + "(int);\n"; break;
      case 1: text += "double " + f + "(double, int);\n"; break;
      case 2: text += "std::string " + f + "(const std::string&);\n"; break;
      default: text += "void " + f + "(const std::vector<int>&, int);\n"; break;
    }
    const char* const arguments[] = {"1", "2.5, 1", "std::string(\"a\")",
                                     "std::vector<int>{1, 2}, 3"};
    std::string line = call;
    line.replace(line.find('F'), 1, f);
    line.replace(line.find('A'), 1, arguments[i % 4]);
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
  table.push_back({.section = "Compile time",
                   .name = "one more `remote<F>` (of 100)",
                   .unit = unit::seconds,
                   .contenders = {by_us([](const session& s) {
                                    return each_more(s, header, "rt::remote<F>(A);");
                                  }),
                                  by_yardstick("one more `std::async`",
                                               [](const session& s) {
                                                 return each_more(
                                                     s,
                                                     "#include <future>\n#include <string>\n"
                                                     "#include <vector>\n",
                                                     "(void)std::async(F, A);");
                                               })},
                   .targets = {at_most(20e-3)}});
}

}  // namespace bench
