#include <algorithm>
#include <vector>

#include "head/control_plane.hpp"
#include "head/file_log.hpp"
#include "sim/event_loop.hpp"
#include "sim/simulated_disk.hpp"
#include "support/catch.hpp"

namespace {

using namespace rt;
using namespace rt::head;

constexpr instant ms = 1'000'000;

/// A head with its log on a disk, and members that come and go.
struct head_on_disk final : log_events {
  explicit head_on_disk(const settings& times) : with(times), log(*files, "log", {}) {
    log.open();
    while (!plane) turn();
  }

  void turn() {
    log.poll(loop.now(), *this);
    if (plane) {
      effects out;
      plane->tick(loop.now(), out);
      perform(out);
    }
    bytes_most = std::max(bytes_most, disk.content("log").size());
    loop.run_until(loop.now() + ms);
  }

  void come_and_go(std::uint64_t process) {
    effects out;
    wire::join_request asks;
    asks.self.name = "a node " + std::to_string(process);
    asks.self.address = "tcp://a.machine.of.the.cluster:" + std::to_string(process);
    plane->join(ticket{process}, incarnation{process}, asks, loop.now(), out);
    plane->goodbye(incarnation{process}, loop.now(), out);
    written += out.records.size();
    perform(out);
  }

  void perform(effects& out) {
    for (const record& each : out.records) log.append(*write_record(each));
    if (!out.snapshot) return;
    std::vector<record_bytes> snapshot;
    for (const record& each : *out.snapshot) snapshot.push_back(*write_record(each));
    log.compact(std::move(snapshot));
  }

  void opened(opened_log all) override {
    std::vector<record> records;
    for (const record_bytes& each : all.records) records.push_back(*read_record(each));
    effects out;
    plane.emplace(with, control_plane::start{all.number, 7, {}}, records, loop.now(), out);
    perform(out);
  }
  void durable(position up_to) override {
    effects out;
    plane->durable(up_to, loop.now(), out);
    perform(out);
  }
  void compacted(bool done) override {
    plane->compacted(done, loop.now());
    ++compactions;
  }
  void fenced() override { FAIL("fenced"); }
  void failed(error_info why) override { FAIL(why.message); }

  settings with;
  sim::event_loop loop{1};
  sim::simulated_disk disk{loop, {.seed = 1}};
  std::unique_ptr<storage> files = disk.attach([] {});
  file_log log;
  std::optional<control_plane> plane;
  std::size_t bytes_most = 0;
  std::size_t written = 0;
  int compactions = 0;
};

TEST_CASE("head: its log stays small, however many members come and go", "[head]") {
  settings with;
  with.deaths_remembered = 500;
  head_on_disk on(with);
  std::size_t half = 0;
  for (std::uint64_t process = 1; process <= 50'000; ++process) {
    on.come_and_go(process);
    if (process % 20 == 0) on.turn();
    if (process == 25'000) half = on.bytes_most;
  }
  CHECK(on.written == 100'000);
  CHECK(on.compactions > 20);
  INFO("at most " << on.bytes_most << " bytes, of them after half " << half);
  CHECK(on.bytes_most < half + half / 10);
  // The records that it has at most, and those that come while a snapshot is written.
  CHECK(on.bytes_most < std::size_t{1} << 20);
  CHECK(on.plane->log_records() < 2 * with.log_records_min);
}

TEST_CASE("head: one that died longer ago than it remembers is known by having been in", "[head]") {
  settings with;
  with.deaths_remembered = 2;
  head_on_disk on(with);
  for (std::uint64_t process = 1; process <= 5; ++process) on.come_and_go(process);
  CHECK_FALSE(on.plane->known().is_dead(incarnation{1}));
  CHECK(on.plane->known().is_dead(incarnation{5}));
  for (const bool was_in : {true, false}) {
    effects out;
    on.plane->join(ticket{9}, incarnation{1}, {.self = {}, .actors = {}, .was_in = was_in},
                   on.loop.now(), out);
    on.perform(out);
    CHECK(on.plane->known().is_member(incarnation{1}) != was_in);
  }
}

}  // namespace
