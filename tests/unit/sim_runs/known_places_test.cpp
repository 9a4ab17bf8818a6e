#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include "sim/tally.hpp"
#include "support/catch.hpp"

// What the tests expect to be reached and found is what the code holds.

namespace {

const std::filesystem::path source(ROUNDTRIP_SOURCE_DIR);

/// Returns the names that a macro is given in a folder's files, and how often each stands there.
std::map<std::string, int> names_in(const std::string& folder, const std::string& macro) {
  const std::regex use(macro + "\\(\"([^\"]*)\"\\)");
  std::map<std::string, int> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(source / folder)) {
    // The header of the macros shows how they are used.
    if (!entry.is_regular_file() || entry.path().filename() == "fault_site.hpp") continue;
    std::ifstream file(entry.path());
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    for (std::sregex_iterator at(text.begin(), text.end(), use), end; at != end; ++at) {
      ++names[(*at)[1]];
    }
  }
  return names;
}

void check_known(const std::map<std::string, int>& in_code,
                 const std::map<std::string, std::set<std::string>>& known) {
  std::set<std::string> expected;
  for (const auto& [workload, names] : known) expected.insert(names.begin(), names.end());
  std::set<std::string> held;
  for (const auto& [name, times] : in_code) {
    CAPTURE(name);
    CHECK(times == 1);
    held.insert(name);
  }
  CHECK(held == expected);
}

}  // namespace

TEST_CASE("known_places: are the fault sites and probes of the code, each at one place") {
  const auto known = runs::read_known_places(source / "tests/sim/known_places.txt");
  check_known(names_in("src", "RT_BUGGIFY"), known.sites);
  check_known(names_in("src", "RT_PROBE"), known.probes);
}

TEST_CASE(
    "planted_bugs: are in the code, with all that sessions and the edges of remote work hold") {
  std::set<std::string> known;
  std::ifstream file(source / "tests/sim/planted_bugs.txt");
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream words(line);
    std::string workload;
    std::string bug;
    words >> workload >> bug;
    CAPTURE(line);
    CHECK(known.insert(bug).second);
  }
  const auto in_code = names_in("src", "RT_SIMBUG");
  for (const std::string& each : known) {
    CAPTURE(each);
    CHECK(in_code.count(each) != 0);
  }
  for (const char* folder : {"src/rpc", "src/worker/remote"}) {
    for (const auto& [name, times] : names_in(folder, "RT_SIMBUG")) {
      CAPTURE(name);
      CHECK(times == 1);
      CHECK(known.count(name) != 0);
    }
  }
}
