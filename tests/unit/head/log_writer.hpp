#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "head/file_log.hpp"
#include "sim/event_loop.hpp"
#include "sim/simulated_disk.hpp"

namespace head_test {

inline constexpr rt::instant log_ms = 1'000'000;

/// One head's log, and what it was told.
struct log_writer final : rt::head::log_events {
  explicit log_writer(rt::sim::simulated_disk& disk)
      : files(disk.attach([] {})), log(*files, "log", {}) {
    log.open();
  }

  void opened(rt::head::opened_log all) override { found = std::move(all); }
  void durable(rt::head::position up_to) override { safe = up_to; }
  void compacted(bool done) override { done ? ++compactions : ++given_up; }
  void fenced() override { is_fenced = true; }
  void failed(rt::error_info why) override { failure = why.message; }

  std::unique_ptr<rt::storage> files;
  rt::head::file_log log;
  std::optional<rt::head::opened_log> found;
  rt::head::position safe{};
  int compactions = 0;
  int given_up = 0;
  bool is_fenced = false;
  std::string failure;
};

struct log_machine {
  explicit log_machine(std::uint64_t seed = 1) : loop(seed), disk(loop, {.seed = seed}) {}

  void pass(std::initializer_list<log_writer*> all, rt::instant time = 20 * log_ms) {
    for (const rt::instant end = loop.now() + time; loop.now() < end;) {
      for (log_writer* const each : all) each->log.poll(loop.now(), *each);
      loop.run_until(loop.now() + log_ms / 10);
    }
  }

  rt::sim::event_loop loop;
  rt::sim::simulated_disk disk;
};

}  // namespace head_test
