#include "sim/network_exchange.hpp"

#include <chrono>
#include <cstring>
#include <utility>
#include <vector>

namespace exchange {
namespace {

using namespace std::chrono_literals;
using rt::sim::network_mode;
using rt::sim::process_number;

constexpr rt::instant ms = 1'000'000;
constexpr rt::instant begin = rt::sim::event_loop::start;
constexpr rt::instant healed_at = begin + 1'000 * ms;
constexpr rt::instant patience = 5'000 * ms;  // beyond the silence and the time to connect

/// What a frame begins with; the rest follows from it.
struct heading {
  std::uint64_t stream;
  std::uint32_t number;
  process_number from;
  rt::instant sent_at;
};

std::byte filling(const heading& of, std::size_t index) {
  return static_cast<std::byte>(of.stream * 5 + of.number * 7 + index);
}

rt::address place_of(process_number number) {
  return *rt::address::parse("sim://" + std::to_string(number) + ":1");
}

rt::sim::network_options options_for(std::uint64_t seed) {
  rt::sim::random_stream numbers(seed, 50);
  rt::sim::network_options options{.seed = seed};
  options.mode = numbers.one_in(2) ? network_mode::lossy : network_mode::stream;
  options.delay_mean = std::chrono::microseconds(numbers.between(20, 2'000));
  if (numbers.one_in(3)) options.bandwidth_bytes_per_s = 1'000'000;
  options.queue_bytes_max = std::size_t{1} << numbers.between(9, 16);
  options.connect_timeout = 300ms;
  options.silence_min = 100ms;
  options.silence_max = 1s;
  return options;
}

}  // namespace

process::process(world& around, process_number number, std::uint64_t incarnation)
    : world_(around),
      number_(number),
      alive_(std::make_shared<process*>(this)),
      numbers_(around.seed, 1'000 + incarnation),
      transport_(around.net.attach(number, [this] { later(0, &process::poll); })) {
  if (!transport_->listen(place_of(number))) world_.fail("a place of the dead is still taken");
  for (process_number other = 0; other < world_.processes; ++other) {
    if (other != number_) connect(other);
  }
  later(numbers_.between(0, 20 * ms), &process::send_now_and_then);
}

void process::later(rt::instant after, std::function<void(process&)> what) {
  world_.loop.at(world_.loop.now() + after, [alive = alive_, what = std::move(what)] {
    process* self = *alive;
    if (self == nullptr) return;
    if (self->world_.net.paused(self->number_)) return self->later(5 * ms, what);
    what(*self);
  });
}

void process::poll() {
  while (transport_->poll(*this, 8)) {
  }
}

void process::connect(process_number to) {
  const auto made = transport_->connect(place_of(to));
  outgoing_.emplace(*made, outgoing{.to = to, .stream = world_.streams++});
}

void process::send_now_and_then() {
  for (auto& [on, each] : outgoing_) {
    if (each.usable) send_on(on, each);
  }
  later(numbers_.between(0, 40 * ms), &process::send_now_and_then);
}

void process::send_on(rt::connection_id on, outgoing& one) {
  heading head{};
  head.stream = one.stream;
  head.number = one.sent;
  head.from = number_;
  head.sent_at = world_.loop.now();
  auto rest = std::make_shared<std::vector<std::byte>>(numbers_.below(200));
  for (std::size_t i = 0; i < rest->size(); ++i) (*rest)[i] = filling(head, i);
  const rt::gather_element all{.data = rest->data(), .size = rest->size()};
  const rt::send_status said = transport_->send(on, {.header = std::as_bytes(std::span(&head, 1)),
                                                     .payload = std::span(&all, 1),
                                                     .keeper = rest});
  if (said == rt::send_status::taken) {
    world_.sent[one.stream] = ++one.sent;
  } else if (said == rt::send_status::full) {
    one.usable = false;
  } else {
    world_.fail("a frame was refused on an open connection");
  }
}

void process::accepted(rt::connection_id on, const rt::address&) {
  if (!live_.insert(on).second) world_.fail("accepted twice");
}

void process::opened(rt::connection_id on) {
  if (!live_.insert(on).second) world_.fail("opened twice");
  outgoing_.at(on).usable = true;
}

void process::received(rt::connection_id on, std::span<const std::byte> bytes) {
  heading head{};
  if (live_.count(on) == 0 || bytes.size() < sizeof head) return world_.fail("a frame of nobody");
  std::memcpy(&head, bytes.data(), sizeof head);
  const auto rest = bytes.subspan(sizeof head);
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (rest[i] != filling(head, i)) return world_.fail("a frame was changed");
  }
  const auto sent = world_.sent.find(head.stream);
  if (sent == world_.sent.end() || head.number >= sent->second) {
    return world_.fail("a frame that was not sent");
  }
  auto& [stream, next] = incoming_.try_emplace(on, head.stream, 0).first->second;
  if (stream != head.stream) return world_.fail("a frame of another connection");
  if (!transport_->traits().lossy && head.number != next) {
    return world_.fail("frame " + std::to_string(head.number) + " where " + std::to_string(next) +
                       " was next");
  }
  ++next;
  if (head.sent_at >= healed_at) world_.reached.insert({head.from, number_});
}

void process::writable(rt::connection_id on) { outgoing_.at(on).usable = true; }

void process::closed(rt::connection_id on, rt::connection_end why) {
  const bool was_live = live_.erase(on) != 0;
  if (was_live == (why == rt::connection_end::unreachable)) {
    return world_.fail("closed for a wrong reason");
  }
  incoming_.erase(on);
  const auto found = outgoing_.find(on);
  if (found == outgoing_.end()) return;
  const process_number to = found->second.to;
  outgoing_.erase(found);
  later(numbers_.between(1 * ms, 50 * ms), [to](process& self) { self.connect(to); });
}

world::world(const workloads::schedule& planned)
    : seed(planned.seed),
      processes(static_cast<process_number>(planned.sizes.at("processes"))),
      plan(planned.plan),
      loop(seed),
      net(loop, options_for(seed)) {
  plan.keep_to(processes);
}

void world::fail(const std::string& what) {
  if (failure_.empty()) failure_ = what + ", at " + std::to_string(loop.now()) + " ns";
}

void world::start(process_number number) {
  alive_[number] = std::make_unique<process>(*this, number, incarnations_++);
}

workloads::planned_report world::run() {
  rt::sim::follow(plan, loop, net,
                  {.crashed = [this](process_number dead) { alive_.erase(dead); },
                   .begins_anew = [this](process_number anew) { start(anew); }});
  for (process_number number = 0; number < processes; ++number) start(number);
  const std::size_t pairs = std::size_t{processes} * (processes - 1);
  while (failure_.empty() && reached.size() < pairs && loop.step(healed_at + patience)) {
  }
  if (reached.size() < pairs) fail("not everybody reaches everybody after the healing");
  if (failure_.empty()) check_the_end();
  return {.report = {.seed = seed,
                     .failure = failure_,
                     .trace_hash = net.hash(),
                     .steps = loop.steps(),
                     .virtual_time = std::chrono::nanoseconds(loop.now() - begin)},
          .network = net.counts()};
}

void world::check_the_end() {
  for (auto& [number, each] : alive_) each->stop();
  alive_.clear();
  loop.run_until(loop.now() + patience);
  if (net.connections() != 0) fail("connections are left over");
  const auto& counts = net.counts();
  if (counts.frames_taken + counts.frames_doubled !=
      counts.frames_received + counts.frames_lost + counts.frames_dropped) {
    fail("frames are missing in the count");
  }
}

namespace {

workloads::schedule plan(std::uint64_t seed) {
  const std::int64_t processes = rt::sim::random_stream(seed, 51).between(2, 4);
  return {
      .workload = "network_exchange",
      .seed = seed,
      .sizes = {{"processes", processes}},
      .plan = rt::sim::fault_plan::from_seed(
          seed, options_for(seed).mode, static_cast<process_number>(processes), begin, healed_at)};
}

/// There are no fault sites in a network.
workloads::planned_report run(const workloads::schedule& planned, rt::sim::fault_sites&) {
  return world(planned).run();
}

}  // namespace
}  // namespace exchange

workloads::planned_workload workloads::network_exchange() {
  return {.plan = &exchange::plan, .run = &exchange::run, .least = {{"processes", 2}}};
}
