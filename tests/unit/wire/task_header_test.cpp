#include "wire/task_header.hpp"

#include "support/catch.hpp"
#include "support/wire_values.hpp"

namespace {

using namespace rt::wire;
using wire_test::bytes;

bytes written(const task_header& header) {
  bytes out;
  REQUIRE(write_task_header(out, header));
  return out;
}

TEST_CASE("task_header: reads as it was written", "[wire]") {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    wire_test::filler filled(seed);
    task_header header;
    if (seed != 0) filled.value(header);
    const bytes out = written(header);
    const auto back = read_task_header(out);
    REQUIRE(back);
    CHECK(*back == header);
  }
}

TEST_CASE("task_header: is refused at every length but its own", "[wire]") {
  wire_test::filler filled(1);
  task_header header;
  filled.value(header);
  bytes out = written(header);
  for (std::size_t length = 0; length < out.size(); ++length) {
    const bytes part(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(length));
    const auto back = read_task_header(part);
    REQUIRE_FALSE(back);
    CHECK(back.error().code == rt::errc::serialization);
    CHECK(back.error().outcome == rt::outcome::not_started);
  }
  out.push_back(std::byte{0});
  CHECK_FALSE(read_task_header(out));
}

TEST_CASE("task_header: one that says little is small", "[wire]") {
  task_header header;
  CHECK(written(header).size() == 64);
  header.context.priority = 1;
  CHECK(written(header).size() > 80);
}

TEST_CASE("task_header: the context's tail is passed on as it came", "[wire]") {
  const bytes tail = wire_test::bytes_of("what version 2 says");
  task_header header;
  header.context.span = 5;
  header.context.waiting = {{1, 2}, {3, 4}};
  header.context.later = std::span<const std::byte>(tail);
  header.name = "after it";
  const bytes out = written(header);
  const auto hop = read_task_header(out);
  REQUIRE(hop);
  CHECK(hop->context.later == header.context.later);
  CHECK(hop->name == "after it");
  CHECK(written(*hop) == out);
}

TEST_CASE("task_header: limits hold for actors that wait, context and arguments", "[wire]") {
  bytes out;
  task_header header;
  header.context.waiting.resize(limits::waiting_actors_max);
  CHECK(write_task_header(out, header));
  header.context.waiting.resize(limits::waiting_actors_max + 1);
  const auto refused = write_task_header(out, header);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message == "a task header cannot be sent: a list is longer than its limit");

  const bytes tail(limits::context_bytes_max);
  header.context.waiting.clear();
  header.context.later = std::span<const std::byte>(tail);
  CHECK_FALSE(write_task_header(out, header));

  header.context = {};
  const bytes arguments(limits::inline_bytes_max + 1);
  header.arguments.bytes = std::span(arguments).first(limits::inline_bytes_max);
  CHECK(write_task_header(out, header));
  header.arguments.bytes = std::span<const std::byte>(arguments);
  CHECK_FALSE(write_task_header(out, header));
}

TEST_CASE("reference: takes at most 40 bytes", "[wire]") { CHECK(bytes_min<reference>() == 20); }

}  // namespace
