#pragma once

// An endpoint in the hands of a fuzzer: bytes say what its transport tells it, what it is asked to do,
// and how time passes; what must hold in any case is required after each step.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "rpc/endpoint.hpp"
#include "support/rewritten_frame.hpp"
#include "wire/frame_writer.hpp"

namespace fuzz_test {

using wire_test::require;

/// Gives the bytes of an input one after another; 0 where there are no more.
class byte_source {
 public:
  explicit byte_source(std::span<const std::byte> bytes) : left_(bytes) {}
  bool empty() const noexcept { return left_.empty(); }
  std::uint8_t next() noexcept {
    if (left_.empty()) return 0;
    const auto value = static_cast<std::uint8_t>(left_.front());
    left_ = left_.subspan(1);
    return value;
  }
  std::span<const std::byte> take(std::size_t count) noexcept {
    const auto taken = left_.first(std::min(count, left_.size()));
    left_ = left_.subspan(taken.size());
    return taken;
  }

 private:
  std::span<const std::byte> left_;
};

/// Time and chance of a process that never waits.
class still_environment final : public rt::environment {
 public:
  rt::instant now() noexcept override { return time; }
  std::uint64_t random() noexcept override { return ++drawn_ * 0x9E3779B97F4A7C15; }
  void log(const std::string&) noexcept override {}
  void park(const std::atomic<std::uint32_t>&, std::uint32_t, rt::instant) noexcept override {
    std::abort();
  }
  void wake(const std::atomic<std::uint32_t>&, unsigned) noexcept override { std::abort(); }
  bool prepare_fences(bool) noexcept override { return false; }
  void fence_all_threads() noexcept override { std::abort(); }
  void relax(unsigned) noexcept override { std::abort(); }
  void set_alarm(rt::instant) noexcept override { std::abort(); }
  void wait_alarm() noexcept override { std::abort(); }
  std::unique_ptr<thread> start_thread(std::string, std::function<void()>) override {
    std::abort();
  }
  std::uintptr_t stack_limit() noexcept override { return 0; }

  rt::instant time = 1;

 private:
  std::uint64_t drawn_ = 0;
};

/// A transport that tells what it is given to tell, and keeps its rules: nothing of a connection that the
/// endpoint has closed.
class given_transport final : public rt::transport {
 public:
  explicit given_transport(bool lossy) : lossy_(lossy) {}

  rt::transport_traits traits() const noexcept override {
    return {.lossy = lossy_, .frame_bytes_max = std::size_t{8} << 20};
  }
  rt::result<rt::address> listen(const rt::address& at) override { return at; }
  rt::result<rt::connection_id> connect(const rt::address&) override {
    open_.insert(++last_);
    return rt::connection_id{last_};
  }
  rt::send_status send(rt::connection_id on, const rt::outgoing_frame& frame) override {
    if (open_.count(on.number) == 0) return rt::send_status::no_connection;
    require(frame.size() <= std::size_t{8} << 20);
    return takes ? rt::send_status::taken : rt::send_status::full;
  }
  void close(rt::connection_id on) override { open_.erase(on.number); }
  bool poll(rt::transport_events& events, unsigned) override {
    for (auto& each : std::exchange(told, {})) each(events);
    return false;
  }
  int wait_handle() const noexcept override { return -1; }
  void wake() noexcept override {}
  void stop(unsigned) override {}

  /// Another process connects.
  rt::connection_id accept() {
    open_.insert(++last_);
    return rt::connection_id{last_};
  }
  /// One of those that are open; 0 for none.
  rt::connection_id some(std::uint8_t which) const {
    if (open_.empty()) return {};
    auto at = open_.begin();
    std::advance(at, which % open_.size());
    return rt::connection_id{*at};
  }
  bool is_open(rt::connection_id which) const { return open_.count(which.number) != 0; }
  std::size_t open() const noexcept { return open_.size(); }

  bool takes = true;
  std::vector<std::function<void(rt::transport_events&)>> told;

 private:
  const bool lossy_;
  std::set<std::uint64_t> open_;
  std::uint64_t last_ = 0;
};

}  // namespace fuzz_test
