#include "head/file_log.hpp"

#include "support/catch.hpp"
#include "unit/head/log_writer.hpp"

namespace {

using namespace rt;
using head::position;
using head::record_bytes;
using head::term;

constexpr instant ms = 1'000'000;

record_bytes record(int number) { return record_bytes(4, static_cast<std::byte>(number)); }

using writer = head_test::log_writer;
using machine = head_test::log_machine;

TEST_CASE("file_log: what was appended is found by the next head, with the next term", "[head]") {
  machine on;
  {
    writer first(on.disk);
    on.pass({&first});
    REQUIRE(first.found);
    CHECK(first.found->number == term{1});
    CHECK(first.found->records.empty());
    for (int i = 0; i < 5; ++i) first.log.append(record(i));
    on.pass({&first});
    CHECK(first.safe == position{5});
  }
  on.disk.lose_power();
  writer second(on.disk);
  on.pass({&second});
  REQUIRE(second.found);
  CHECK(second.found->number == term{2});
  REQUIRE(second.found->records.size() == 5);
  CHECK(second.found->records[4] == record(4));
  second.log.append(record(5));
  on.pass({&second});
  CHECK(second.safe == position{6});
}

TEST_CASE("file_log: of two heads the older is fenced, when it writes and also when it does not",
          "[head]") {
  for (const bool writes : {true, false}) {
    CAPTURE(writes);
    machine on;
    writer older(on.disk);
    on.pass({&older});
    writer newer(on.disk);
    on.pass({&newer});
    REQUIRE(newer.found);
    CHECK(newer.found->number == term{2});
    if (writes) older.log.append(record(1));
    on.pass({&older, &newer}, 1'000 * ms);
    CHECK(older.is_fenced);
    CHECK(older.safe == position{0});
    CHECK_FALSE(newer.is_fenced);
  }
}

TEST_CASE("file_log: a power loss takes what was not safe, and nothing else", "[head]") {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    sim::event_loop loop(seed);
    sim::simulated_disk disk(loop, {.seed = seed});
    position safe{};
    {
      writer first(disk);
      for (int step = 0; step < 40; ++step) {
        if (first.found) first.log.append(record(step));
        first.log.poll(loop.now(), first);
        loop.run_until(loop.now() + ms / 4);
      }
      safe = first.safe;
      disk.lose_power();
    }
    writer second(disk);
    for (int step = 0; step < 400 && !second.found; ++step) {
      second.log.poll(loop.now(), second);
      loop.run_until(loop.now() + ms / 4);
    }
    REQUIRE(second.failure == "");
    REQUIRE(second.found);
    CHECK(position{second.found->records.size()} >= safe);
  }
}

TEST_CASE("file_log: a full disk is waited for", "[head]") {
  machine on;
  writer one(on.disk);
  on.pass({&one});
  on.disk.set_full(true);
  one.log.append(record(1));
  on.pass({&one}, 500 * ms);
  one.log.append(record(2));
  CHECK(one.safe == position{0});
  on.disk.set_full(false);
  on.pass({&one}, 500 * ms);
  CHECK(one.safe == position{2});
}

TEST_CASE("file_log: damage in front of other frames is told, and nothing is cut off", "[head]") {
  machine on;
  {
    writer first(on.disk);
    on.pass({&first});
    first.log.append(record(1));
    on.pass({&first});
    first.log.append(record(2));
    on.pass({&first});
  }
  on.disk.damage("log", 40);
  const auto before = on.disk.content("log");
  writer second(on.disk);
  on.pass({&second});
  CHECK_FALSE(second.found);
  CHECK(second.failure.find("damaged") != std::string::npos);
  CHECK(on.disk.content("log") == before);
}

}  // namespace
