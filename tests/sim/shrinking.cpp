#include "sim/shrinking.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace runs {
namespace {

using workloads::schedule;
using fails_function = std::function<bool(const schedule&)>;

/// Takes the smaller one, if it fails too.   Shape: whether it did.
bool accept(schedule& now, schedule smaller, const fails_function& fails) {
  if (!fails(smaller)) return false;
  now = std::move(smaller);
  return true;
}

/// Many at once first, then fewer: it is quicker, and what goes on otherwise with one fault less may fail
/// again with several less.
bool take_faults(schedule& now, const fails_function& fails) {
  bool taken = false;
  for (std::size_t many = now.plan.faults.size(); many > 0; many /= 2) {
    std::size_t place = 0;
    while (place < now.plan.faults.size()) {
      schedule smaller = now;
      auto& faults = smaller.plan.faults;
      const std::size_t end = std::min(place + many, faults.size());
      faults.erase(faults.begin() + static_cast<std::ptrdiff_t>(place),
                   faults.begin() + static_cast<std::ptrdiff_t>(end));
      if (accept(now, std::move(smaller), fails)) taken = true;
      else place = end;
    }
  }
  return taken;
}

bool take_sites(schedule& now, const fails_function& fails) {
  bool taken = false;
  const rt::sim::site_rates before = *now.sites;
  for (const auto& [name, rate] : before) {
    schedule smaller = now;
    smaller.sites->erase(name);
    taken = accept(now, std::move(smaller), fails) || taken;
  }
  return taken;
}

/// By half at first, then by less.
bool lessen_sizes(schedule& now, const std::map<std::string, std::int64_t>& least,
                  const fails_function& fails) {
  bool taken = false;
  const std::map<std::string, std::int64_t> before = now.sizes;
  for (const auto& [name, value] : before) {
    std::int64_t step = value / 2;
    while (step > 0) {
      schedule smaller = now;
      std::int64_t& size = smaller.sizes.at(name);
      size -= step;
      if (size >= least.at(name) && accept(now, std::move(smaller), fails)) taken = true;
      else step /= 2;
    }
  }
  return taken;
}

}  // namespace

workloads::schedule shrink(workloads::schedule failing,
                           const std::map<std::string, std::int64_t>& least,
                           const std::function<bool(const workloads::schedule&)>& fails) {
  for (bool smaller = true; smaller;) {
    smaller = take_faults(failing, fails);
    smaller = take_sites(failing, fails) || smaller;
    smaller = lessen_sizes(failing, least, fails) || smaller;
  }
  return failing;
}

}  // namespace runs
