#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "conformance/rules.hpp"
#include "sim/event_loop.hpp"
#include "sim/network.hpp"
#include "support/catch.hpp"

// The contract of rt::transport, kept by the simulated network in both its modes.

using namespace std::chrono_literals;

namespace {

rt::sim::network_options options_for(rt::sim::network_mode mode, std::uint64_t seed) {
  rt::sim::random_stream numbers(seed, 20);
  rt::sim::network_options options{.seed = seed, .mode = mode};
  options.queue_bytes_max = std::size_t{1} << numbers.between(14, 18);
  options.frame_bytes_max = 256 << 10;
  options.silence_max = 5s;
  if (numbers.one_in(2)) options.bandwidth_bytes_per_s = 1'000'000'000;
  if (mode == rt::sim::network_mode::lossy) {
    options.harm = {.loss_ppm = 100'000, .doubling_ppm = 100'000, .reordering_ppm = 100'000};
  }
  return options;
}

class simulated_endpoints final : public conformance::endpoints {
 public:
  simulated_endpoints(rt::sim::network_mode mode, std::uint64_t seed)
      : loop_(seed),
        network_(loop_, options_for(mode, seed)),
        one_(network_.attach(1, nullptr)),
        other_(network_.attach(2, nullptr)) {}

  rt::transport& one() override { return *one_; }
  rt::transport& other() override { return *other_; }
  rt::address open_place() override { return *rt::address::parse("sim://2:0"); }
  rt::address nobody() override { return *rt::address::parse("sim://3:1"); }
  void pass_time() override { loop_.run_until(loop_.now() + 100'000); }
  void kill_other() override { network_.crash(2); }

 private:
  rt::sim::event_loop loop_;
  rt::sim::network network_;
  std::unique_ptr<rt::transport> one_;
  std::unique_ptr<rt::transport> other_;
};

void keeps(rt::sim::network_mode mode) {
  constexpr std::uint64_t seeds = 10;
  for (const conformance::rule& each :
       conformance::rules_for(mode == rt::sim::network_mode::lossy)) {
    DYNAMIC_SECTION(each.sentence) {
      for (std::uint64_t seed = 0; seed < seeds; ++seed) {
        INFO("seed " << seed);
        simulated_endpoints both(mode, seed);
        each.check(both);
      }
    }
  }
}

}  // namespace

TEST_CASE("transport: a simulated stream keeps the contract") {
  keeps(rt::sim::network_mode::stream);
}

TEST_CASE("transport: a simulated lossy network keeps the contract") {
  keeps(rt::sim::network_mode::lossy);
}
