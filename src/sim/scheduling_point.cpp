#include "core/scheduling_point.hpp"

#include "sim/world.hpp"

namespace rt::sim::detail {

void scheduling_point(const void* address, std::size_t bytes, bool writes) noexcept {
  if (world* here = world::active(); here != nullptr && here->between_atomics()) {
    here->point({point_kind::atomic, writes ? access::write : access::read, address, bytes});
  }
}

void spin_point() noexcept {
  if (world* here = world::active(); here != nullptr) here->spin(point_kind::spin);
}

}  // namespace rt::sim::detail
