#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace rt::sim {

/// Numbers the simulated processes of a world; one that has died and begins anew keeps its number.
using process_number = std::uint32_t;

/// What the connections of a network are like.
enum class network_mode : std::uint8_t {
  stream,  ///< as TCP: ordered; can be reset, and nobody knows then what has arrived
  lossy,   ///< as ZeroMQ: loses, doubles and reorders frames, and tells nothing of it
};

/// How often harm comes to a frame, drawn for each on its own.   Units: parts in a million.
struct harm_rates {
  std::uint32_t loss_ppm = 0;        ///< lossy: it does not arrive
  std::uint32_t doubling_ppm = 0;    ///< lossy: it arrives twice
  std::uint32_t reordering_ppm = 0;  ///< lossy: those sent after it overtake it
  std::uint32_t reset_ppm = 0;       ///< stream: its connection breaks
};

/// How a simulated network behaves.
struct network_options {
  std::uint64_t seed = 0;
  network_mode mode = network_mode::stream;
  /// Each frame takes at least this, and on average `delay_mean`, with a tail as of an exponential.
  std::chrono::nanoseconds delay_min = std::chrono::microseconds(20);
  std::chrono::nanoseconds delay_mean = std::chrono::microseconds(100);
  /// Of each direction of each connection; 0 is no limit.
  std::uint64_t bandwidth_bytes_per_s = 0;
  /// What may be on its way in one direction of a connection, from `send` to `received`, before `send`
  /// says `full`. The last frame taken may go beyond it.
  std::size_t queue_bytes_max = 1 << 20;
  std::size_t frame_bytes_max = 8 << 20;
  /// How long a connection may take to be opened.
  std::chrono::nanoseconds connect_timeout = std::chrono::seconds(5);
  /// How long one side of a stream hears nothing, before it takes the connection for lost: drawn for
  /// each side between these two.
  std::chrono::nanoseconds silence_min = std::chrono::seconds(1);
  std::chrono::nanoseconds silence_max = std::chrono::seconds(20);
  harm_rates harm = {};
};

}  // namespace rt::sim
