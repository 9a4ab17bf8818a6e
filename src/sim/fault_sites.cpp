#include "sim/fault_sites.hpp"

#include <iterator>
#include <utility>

#include "core/fault_site.hpp"
#include "sim/fault_plan.hpp"

namespace rt::sim {
namespace {

/// The sites of the run under way; null outside.
constinit fault_sites* current = nullptr;

/// Makes a number of a name, the same with every library.   Source: FNV-1a.
std::uint64_t number_of(std::string_view name) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char each : name) {
    hash = (hash ^ static_cast<unsigned char>(each)) * 0x100000001b3U;
  }
  return hash;
}

/// Shape: 0 for off.
std::uint32_t draw_rate(random_stream& draws) {
  const bool on = draws.one_in(2);
  constexpr std::uint32_t rates_ppm[] = {1'000, 5'000, 20'000, 50'000, 100'000, 250'000};
  const std::uint32_t rate = rates_ppm[draws.below(std::size(rates_ppm))];
  return on ? rate : 0;
}

}  // namespace

fault_sites::fault_sites(std::uint64_t seed) : seed_(seed), none_(without_harm(seed)) {}

fault_sites::fault_sites(std::uint64_t seed, site_rates on)
    : seed_(seed), chosen_(std::move(on)), none_(chosen_->empty()) {}

fault_sites::site& fault_sites::find(std::string_view name) {
  if (const auto found = sites_.find(name); found != sites_.end()) return found->second;
  site made{.draws = random_stream(seed_, number_of(name))};
  made.rate_ppm = draw_rate(made.draws);
  if (chosen_) {
    const auto chosen = chosen_->find(name);
    made.rate_ppm = chosen != chosen_->end() ? chosen->second : 0;
  }
  if (none_) made.rate_ppm = 0;
  return sites_.emplace(name, made).first->second;
}

bool fault_sites::fires(std::string_view name) {
  site& here = find(name);
  ++here.asked;
  // Drawn also where it is off: so what is drawn next does not depend on it.
  const bool drawn = here.draws.below(1'000'000) < here.rate_ppm;
  if (!drawn || calm_) return false;
  ++here.fired;
  return true;
}

void fault_sites::reach(std::string_view probe) {
  auto found = probes_.find(probe);
  if (found == probes_.end()) found = probes_.emplace(probe, 0).first;
  ++found->second;
}

site_rates fault_sites::on() const {
  site_rates rates;
  for (const auto& [name, each] : sites_) {
    if (each.rate_ppm != 0) rates.emplace(name, each.rate_ppm);
  }
  return rates;
}

fault_sites::active::active(fault_sites& sites) noexcept { current = &sites; }
fault_sites::active::~active() { current = nullptr; }

namespace detail {

bool site_fires(std::string_view name) noexcept {
  return current != nullptr && current->fires(name);
}

void probe_reached(std::string_view name) noexcept {
  if (current != nullptr) current->reach(name);
}

}  // namespace detail
}  // namespace rt::sim
