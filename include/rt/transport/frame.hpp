#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace rt {

/// Where the bytes of a gather element lie.
enum class memory_kind : std::uint8_t {
  host = 0,  ///< in this process's memory, at `data`
};

/// One piece of a frame's payload.
/// Units: `size` in bytes.   Owner: the frame's `keeper`.
struct gather_element {
  memory_kind kind = memory_kind::host;
  std::uint32_t device = 0;  ///< which of its kind; 0 for the host
  const std::byte* data = nullptr;
  std::size_t size = 0;
};

/// A frame to be sent: what is copied at once, then what is sent from where it lies.
/// Shape: the other side sees header and payload as one run of bytes.
/// Owner: of the header the caller, until `send` returns; of the payload `keeper`, which the transport
/// holds until the bytes have left. The list of elements itself is read only within `send`.
struct outgoing_frame {
  std::span<const std::byte> header = {};
  std::span<const gather_element> payload = {};
  std::shared_ptr<const void> keeper = {};

  std::size_t size() const noexcept {
    std::size_t all = header.size();
    for (const gather_element& each : payload) all += each.size;
    return all;
  }
};

}  // namespace rt
