#include <vector>

#include "head/file_log.hpp"
#include "head/log_frame.hpp"
#include "head/memory_log.hpp"
#include "support/catch.hpp"
#include "unit/head/log_writer.hpp"

namespace {

using namespace rt;
using head::position;
using head::record_bytes;
using head_test::log_machine;
using head_test::log_writer;
using sim::disk_operation;
using sim::power_loss;

constexpr instant ms = head_test::log_ms;

// The records count: the n-th says n, and a snapshot's say up to which number they stand for all.

record_bytes record_of(char kind, std::uint64_t number) {
  record_bytes made{static_cast<std::byte>(kind)};
  for (int i = 0; i < 32; i += 8) made.push_back(static_cast<std::byte>(number >> i));
  return made;
}
record_bytes counted(std::uint64_t number) { return record_of('n', number); }
std::vector<record_bytes> snapshot_up_to(std::uint64_t number) {
  return {record_of('s', number / 2), record_of('s', number)};
}

/// Up to which number the records count, where they count without a gap.
std::optional<std::uint64_t> count_of(const std::vector<record_bytes>& records) {
  std::uint64_t last = 0;
  for (const record_bytes& each : records) {
    std::uint64_t number = 0;
    for (std::size_t i = 4; i > 0; --i) {
      number = number << 8 | static_cast<std::uint64_t>(each.at(i));
    }
    const bool of_snapshot = each.front() == static_cast<std::byte>('s');
    if (!of_snapshot && number != last + 1) return std::nullopt;
    last = number;
  }
  return last;
}

/// A log's writer that appends one number after another, and compacts.
struct counter {
  explicit counter(sim::simulated_disk& disk) : writes(disk) {}

  void add(int count) {
    for (int i = 0; i < count; ++i) writes.log.append(counted(++last));
  }
  void compact() { writes.log.compact(snapshot_up_to(last)); }
  std::uint64_t begins_at() const { return *count_of(writes.found->records); }
  /// All up to this is safe.
  std::uint64_t safe() const {
    const auto at = static_cast<std::uint64_t>(writes.safe);
    return at == 0 ? 0 : begins_at() + at - writes.found->records.size();
  }

  log_writer writes;
  std::uint64_t last = 0;
};

/// What is written in the runs below, in turns: before, while and after the log is compacted.
struct story {
  explicit story(log_machine& on) : of(on.disk) {}

  void turn(log_machine& on) {
    ++turns;
    if (of.writes.found && turns >= 20) {
      if (turns < 40 && turns % 3 == 0) of.add(2);
      if (turns == 40 || turns == 120) of.compact();
      if (turns >= 40 && turns < 160 && turns % 7 == 0) of.add(1);
    }
    of.writes.log.poll(on.loop.now(), of.writes);
    on.loop.run_until(on.loop.now() + ms / 5);
  }
  bool ended() const noexcept { return turns >= 220; }

  counter of;
  int turns = 0;
};

TEST_CASE("file_log: a snapshot takes the place of the records before it", "[head]") {
  log_machine on;
  counter first(on.disk);
  on.pass({&first.writes});
  first.add(100);
  on.pass({&first.writes});
  const std::size_t long_bytes = on.disk.content("log").size();
  first.add(1);
  first.compact();
  first.add(2);
  on.pass({&first.writes});
  CHECK(first.writes.compactions == 1);
  CHECK(first.writes.safe == position{103});
  CHECK(on.disk.content("log").size() < long_bytes / 3);
  CHECK_FALSE(on.disk.exists("log.new"));
  first.add(1);
  on.pass({&first.writes});
  CHECK(first.writes.safe == position{104});
  on.disk.lose_power(power_loss::takes_all);
  counter second(on.disk);
  on.pass({&second.writes});
  REQUIRE(second.writes.found);
  CHECK(second.writes.found->number == head::term{2});
  CHECK(second.writes.found->records.size() == 5);
  CHECK(second.begins_at() == 104);
}

TEST_CASE("file_log: a snapshot larger than a frame is written in several, in turn with records",
          "[head]") {
  log_machine on;
  counter first(on.disk);
  on.pass({&first.writes});
  std::vector<record_bytes> snapshot(10, record_bytes(head::log_frame_bytes_max / 2));
  first.writes.log.compact(snapshot);
  // One in the middle of it is safe before it has its end.
  for (int i = 0; i < 8 && first.writes.safe == position{}; ++i) {
    if (i == 3) first.add(1);
    on.pass({&first.writes}, ms);
  }
  CHECK(first.writes.safe == position{1});
  CHECK(first.writes.compactions == 0);
  on.pass({&first.writes});
  CHECK(first.writes.compactions == 1);
  log_writer second(on.disk);
  on.pass({&second});
  REQUIRE(second.found);
  snapshot.push_back(counted(1));
  CHECK(second.found->records == snapshot);
}

TEST_CASE("file_log: power lost at any operation of the disk leaves what was safe", "[head]") {
  for (const power_loss how : {power_loss::takes_all, power_loss::tears, power_loss::takes_names,
                               power_loss::takes_none}) {
    bool lost = true;
    int compacted_before = 0;
    for (int at = 1; lost; ++at) {
      CAPTURE(static_cast<int>(how), at);
      log_machine on(static_cast<std::uint64_t>(at));
      int operations = 0;
      lost = false;
      on.disk.watch([&](disk_operation) {
        if (++operations != at) return;
        on.disk.lose_power(how);
        lost = true;
      });
      story first(on);
      while (!lost && !first.ended()) first.turn(on);
      on.disk.watch({});
      compacted_before = first.of.writes.compactions;
      log_writer second(on.disk);
      on.pass({&second});
      REQUIRE(second.failure == "");
      REQUIRE(second.found);
      const auto count = count_of(second.found->records);
      REQUIRE(count);
      REQUIRE(*count >= (first.of.writes.found ? first.of.safe() : 0));
      REQUIRE(*count <= first.of.last);
    }
    CHECK(compacted_before == 2);
  }
}

TEST_CASE("file_log: a head that begins at any operation of an older one's fences it", "[head]") {
  for (const bool frozen : {false, true}) {
    bool begun = true;
    for (int at = 1; begun; ++at) {
      CAPTURE(frozen, at);
      log_machine on(static_cast<std::uint64_t>(at));
      int operations = 0;
      on.disk.watch([&](disk_operation) { ++operations; });
      story first(on);
      // One that has no term yet takes a later one instead.
      while ((operations < at || !first.of.writes.found) && !first.ended()) first.turn(on);
      begun = !first.ended();
      counter second(on.disk);
      // Until the newer has written a log of its own, or meanwhile.
      for (int turn = 0; turn < 200; ++turn) {
        if (!frozen) first.turn(on);
        second.writes.log.poll(on.loop.now(), second.writes);
        on.loop.run_until(on.loop.now() + ms / 5);
        if (!second.writes.found) continue;
        if (second.last == 0) second.last = second.begins_at();
        if (turn == 100) second.compact();
        if (turn % 20 == 0) second.add(1);
      }
      REQUIRE(second.writes.found);
      for (int turn = 0; turn < 3'000 && !first.of.writes.is_fenced; ++turn) {
        if (turn % 2 == 0) first.of.add(1);
        first.turn(on);
        second.writes.log.poll(on.loop.now(), second.writes);
      }
      REQUIRE_FALSE(second.writes.is_fenced);
      REQUIRE(first.of.writes.is_fenced);
      REQUIRE(second.begins_at() >= first.of.safe());
      REQUIRE(second.safe() == second.last);
      log_writer third(on.disk);
      on.pass({&third});
      REQUIRE(third.found);
      REQUIRE(count_of(third.found->records) == second.last);
    }
  }
}

TEST_CASE("file_log: an older head is fenced by a log that came to the length it knows", "[head]") {
  log_machine on;
  counter older(on.disk);
  on.pass({&older.writes});
  older.add(100);
  on.pass({&older.writes});
  const std::size_t known = on.disk.content("log").size();
  log_writer newer(on.disk);
  on.pass({&newer});
  newer.log.compact(snapshot_up_to(100));
  on.pass({&newer});
  CHECK(newer.compactions == 1);
  const std::size_t frame_bytes = head::write_log_frame({}, 1, std::vector<record_bytes>(1)).size();
  newer.log.append(record_bytes(known - on.disk.content("log").size() - frame_bytes));
  on.pass({&newer});
  REQUIRE(on.disk.content("log").size() == known);
  older.add(1);
  on.pass({&older.writes});
  CHECK(older.writes.is_fenced);
  CHECK(older.writes.safe == position{100});
  CHECK(on.disk.content("log").size() == known);
}

TEST_CASE("file_log: a disk that is full at any operation leaves the log as it was", "[head]") {
  bool filled = true;
  int given_up = 0;
  for (int at = 5; filled; ++at) {
    CAPTURE(at);
    log_machine on(static_cast<std::uint64_t>(at));
    int operations = 0;
    on.disk.watch([&](disk_operation) { on.disk.set_full(++operations >= at); });
    story first(on);
    while (!first.ended()) first.turn(on);
    filled = operations >= at;
    if (first.of.writes.given_up > 0) CHECK_FALSE(on.disk.exists("log.new"));
    given_up += first.of.writes.given_up;
    on.disk.watch({});
    const std::uint64_t safe = first.of.writes.found ? first.of.safe() : 0;
    if (at % 2 == 0) {
      // It goes on when there is room.
      on.disk.set_full(false);
      on.pass({&first.of.writes}, 200 * ms);
      CHECK(first.of.safe() == first.of.last);
      first.of.compact();
      on.pass({&first.of.writes});
      CHECK(first.of.writes.compactions > 0);
    }
    on.disk.lose_power(power_loss::takes_all);
    on.disk.set_full(false);
    log_writer second(on.disk);
    on.pass({&second});
    REQUIRE(second.found);
    REQUIRE(count_of(second.found->records) >= safe);
  }
  CHECK(given_up > 0);
}

TEST_CASE("memory_log: a snapshot takes the place of the records before it", "[head]") {
  struct hearer final : head::log_events {
    void opened(head::opened_log all) override { found = std::move(all); }
    void durable(position up_to) override { safe = up_to; }
    void compacted(bool done) override { shorter = done; }
    void fenced() override {}
    void failed(error_info) override {}
    head::opened_log found;
    position safe{};
    bool shorter = false;
  };
  const auto shared = std::make_shared<head::shared_records>();
  hearer hears;
  head::memory_log first(shared);
  first.open();
  first.poll(0, hears);
  for (std::uint64_t i = 1; i <= 10; ++i) first.append(counted(i));
  first.poll(0, hears);
  first.append(counted(11));
  first.compact(snapshot_up_to(11));
  first.append(counted(12));
  CHECK(first.due() == 0);
  first.poll(0, hears);
  CHECK(hears.safe == position{12});
  CHECK(hears.shorter);
  CHECK(shared->records.size() == 3);
  head::memory_log second(shared);
  second.open();
  second.poll(0, hears);
  CHECK(count_of(hears.found.records) == 12);
}

}  // namespace
