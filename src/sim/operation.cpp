#include "sim/operation.hpp"

namespace rt::sim {

const char* to_string(point_kind kind) noexcept {
  switch (kind) {
    case point_kind::begin: return "begin";
    case point_kind::atomic: return "atomic";
    case point_kind::spin: return "spin";
    case point_kind::park: return "park";
    case point_kind::wake: return "wake";
    case point_kind::relax: return "relax";
    case point_kind::set_alarm: return "set_alarm";
    case point_kind::wait_alarm: return "wait_alarm";
    case point_kind::start_thread: return "start_thread";
    case point_kind::join: return "join";
    case point_kind::resume: return "resume";
    case point_kind::end: return "end";
    case point_kind::user: return "user";
  }
  return "?";
}

bool conflict(const operation& one, const operation& other) noexcept {
  if (one.access == access::none || other.access == access::none) return false;
  if (one.access == access::read && other.access == access::read) return false;
  if (one.address == nullptr || other.address == nullptr) return true;
  const auto* first = static_cast<const char*>(one.address);
  const auto* second = static_cast<const char*>(other.address);
  return first < second + other.bytes && second < first + one.bytes;
}

}  // namespace rt::sim
