#include "sim/network.hpp"

#include <string>
#include <utility>
#include <vector>

namespace rt::sim {

network::network(timeline& time, network_options options)
    : ground_{.time = time, .options = options, .harm = options.harm} {}

network::~network() = default;

std::unique_ptr<simulated_transport> network::attach(process_number process,
                                                     std::function<void()> ready) {
  auto made = std::make_unique<simulated_transport>(*this, process, std::move(ready));
  processes_[process] = made.get();
  return made;
}

void network::partition(process_number a, process_number b) {
  ++ground_.counts.partitions;
  ground_.paths.cut(a, b);
  ground_.paths.cut(b, a);
  watch_those_cut();
}

void network::partition_one_way(process_number from, process_number to) {
  ++ground_.counts.partitions;
  ground_.paths.cut(from, to);
  watch_those_cut();
}

void network::isolate(process_number alone) {
  ++ground_.counts.isolations;
  ground_.paths.isolate(alone);
  watch_those_cut();
}

void network::clog(process_number from, process_number to, std::chrono::nanoseconds length) {
  ++ground_.counts.clogs;
  ground_.paths.clog(from, to, ground_.time.now() + length.count());
}

void network::heal() {
  ground_.paths.heal();
  for_each_link([](link& each) { each.resume(); });
}

void network::pause(process_number process) {
  const auto found = processes_.find(process);
  if (found == processes_.end() || found->second->paused()) return;
  ++ground_.counts.pauses;
  found->second->pause();
}

void network::resume(process_number process) {
  if (paused(process)) processes_.at(process)->resume();
}

void network::crash(process_number process) {
  const auto found = processes_.find(process);
  if (found == processes_.end()) return;
  ++ground_.counts.crashes;
  simulated_transport& dead = *found->second;
  processes_.erase(found);
  dead.die();
}

void network::reset(connection_id connection) {
  const auto found = ground_.links.find((connection.number - 1) / 2);
  if (found == ground_.links.end()) return;
  const std::shared_ptr<link> broken = found->second;
  broken->reset();
}

process_traffic network::traffic_of(process_number process) const {
  const auto found = traffic_.find(process);
  return found != traffic_.end() ? found->second : process_traffic{};
}

bool network::paused(process_number process) const noexcept {
  const auto found = processes_.find(process);
  return found != processes_.end() && found->second->paused();
}

result<address> network::listen(simulated_transport& listener, const address& at) {
  const auto refused = [&](const char* why) {
    return error_info{.code = errc::config,
                      .outcome = outcome::not_started,
                      .message = "cannot listen at '" + at.text() + "': " + why};
  };
  auto read = network_place::read(at);
  if (!read) return std::move(read).error();
  network_place place = *read;
  if (place.process != listener.process()) return refused("it is another process's place");
  if (place.port == 0) {
    std::uint32_t& last = last_ports_[place.process];
    do {
      place.port = ++last;
    } while (ground_.listeners.count(place) != 0);
  }
  if (!ground_.listeners.emplace(place, &listener).second) return refused("it is taken");
  return place.to_address();
}

void network::stop_listening(const simulated_transport& listener) {
  std::erase_if(ground_.listeners, [&](const auto& each) { return each.second == &listener; });
}

result<std::shared_ptr<link>> network::connect(simulated_transport& asker, const address& to) {
  auto place = network_place::read(to);
  if (!place) return std::move(place).error();
  // By the two and their count, so that a connection elsewhere more or less shifts nothing here.
  const process_pair pair{asker.process(), place->process};
  trace_hash key;
  key.add(pair.first);
  key.add(pair.second);
  key.add(connects_[pair]++);
  ++ground_.counts.connections;
  const std::uint64_t number = links_made_++;
  auto made = std::make_shared<link>(ground_, number, key.value(), asker, *place);
  ground_.links.emplace(number, made);
  return made;
}

void network::detach(const simulated_transport& gone) {
  const auto found = processes_.find(gone.process());
  if (found != processes_.end() && found->second == &gone) processes_.erase(found);
}

/// What is done to a link may end it.
void network::for_each_link(const std::function<void(link&)>& what) {
  std::vector<std::shared_ptr<link>> all;
  all.reserve(ground_.links.size());
  for (const auto& [number, each] : ground_.links) all.push_back(each);
  for (const auto& each : all) what(*each);
}

void network::watch_those_cut() {
  for_each_link([&](link& each) {
    if (!ground_.paths.joined(each.process(0), each.process(1))) each.watch_silence();
  });
}

}  // namespace rt::sim
