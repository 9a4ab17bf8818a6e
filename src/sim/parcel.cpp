#include "sim/parcel.hpp"

#include <utility>

namespace rt::sim {

constexpr std::size_t frame_weight_bytes = 8;

parcel parcel::of(const outgoing_frame& frame) {
  return {.kind = parcel_kind::frame,
          .bytes = {frame.header.begin(), frame.header.end()},
          .payload = {frame.payload.begin(), frame.payload.end()},
          .keeper = frame.keeper,
          .weight = frame.size() + frame_weight_bytes};
}

std::shared_ptr<const void> parcel::pack() {
  for (const gather_element& each : payload) {
    if (each.size != 0) bytes.insert(bytes.end(), each.data, each.data + each.size);
  }
  payload.clear();
  return std::exchange(keeper, nullptr);
}

}  // namespace rt::sim
