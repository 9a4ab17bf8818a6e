#include "sim/network_paths.hpp"

#include <algorithm>

namespace rt::sim {

void network_paths::clog(process_number from, process_number to, instant until) {
  instant& known = clogs_[{from, to}];
  known = std::max(known, until);
}

void network_paths::heal() {
  cuts_.clear();
  isolated_.clear();
  clogs_.clear();
  ++healings_;
}

bool network_paths::open(process_number from, process_number to) const noexcept {
  if (from == to) return true;
  return isolated_.count(from) == 0 && isolated_.count(to) == 0 && cuts_.count({from, to}) == 0;
}

instant network_paths::clear_at(process_number from, process_number to) const noexcept {
  const auto found = clogs_.find({from, to});
  return found == clogs_.end() ? 0 : found->second;
}

}  // namespace rt::sim
