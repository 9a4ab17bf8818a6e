// docs/protocol.md and the code name the same messages.

#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/wire_values.hpp"
#include "wire/frame_header.hpp"

namespace {

const std::string root = ROUNDTRIP_SOURCE_DIR;

std::string text_of(const std::string& path) {
  std::ifstream in(root + path);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The cells of a row of a table, without the blanks around them.
std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream in(line.substr(1));
  for (std::string cell; std::getline(in, cell, '|');) {
    const std::size_t begin = cell.find_first_not_of(' ');
    if (begin == cell.npos) continue;
    cells.push_back(cell.substr(begin, cell.find_last_not_of(' ') + 1 - begin));
  }
  return cells;
}

/// The rows of messages, by their names.
std::map<std::string, std::vector<std::string>> documented() {
  std::map<std::string, std::vector<std::string>> rows;
  std::istringstream in(text_of("/docs/protocol.md"));
  for (std::string line; std::getline(in, line);) {
    if (line.rfind("| 0x", 0) != 0) continue;
    const auto cells = cells_of(line);
    REQUIRE(cells.size() == 6);
    INFO(cells[1]);
    CHECK(rows.emplace(cells[1], cells).second);
  }
  return rows;
}

std::string number_text(rt::wire::message_kind kind) {
  char text[8];
  std::snprintf(text, sizeof text, "0x%04X", static_cast<unsigned>(kind));
  return text;
}

TEST_CASE("protocol table: has a row for each message, and no other", "[wire]") {
  auto rows = documented();
  wire_test::for_each_message([&rows]<class Message>(const Message&) {
    const std::string name(to_string(Message::kind));
    INFO(name);
    REQUIRE(rows.contains(name));
    const auto& row = rows[name];
    CHECK(row[0] == number_text(Message::kind));
    if constexpr (rt::wire::is_request<Message>) {
      CHECK(row[4] == to_string(Message::reply::kind));
    } else {
      CHECK(row[4] == "-");
    }
    rows.erase(name);
  });
  for (const auto& [name, row] : rows) FAIL_CHECK(name << " is in the table only");
}

TEST_CASE("protocol table: leads to the header that has the message", "[wire]") {
  for (const auto& [name, row] : documented()) {
    INFO(name);
    const std::size_t begin = row[5].find("](..") + 4;  // npos + 4 is 3
    REQUIRE(begin > 3);
    const std::string header = text_of(row[5].substr(begin, row[5].find(')') - begin));
    CHECK(header.find("struct " + name + " {") != header.npos);
    CHECK(header.find("//     ") != header.npos);  // the grammar
    const std::string grammar = header.substr(0, header.find("namespace rt::wire"));
    CHECK(grammar.find(name) != grammar.npos);
  }
}

TEST_CASE("protocol table: the header's fields end where the header does", "[wire]") {
  std::istringstream in(text_of("/docs/protocol.md"));
  std::size_t end = 0;
  for (std::string line; std::getline(in, line);) {
    if (line.rfind("| ", 0) != 0) continue;
    const auto cells = cells_of(line);
    if (cells.size() != 4 || cells[0].find_first_not_of("0123456789") != std::string::npos)
      continue;
    INFO(line);
    CHECK(std::stoul(cells[0]) == end);
    end += std::stoul(cells[1]);
  }
  CHECK(end == rt::wire::frame_header_bytes);
}

}  // namespace
