#pragma once

#include <cstdint>
#include <map>

#include "core/variant.hpp"
#include "rpc/endpoint.hpp"

namespace rt::rpc {
inline namespace RT_LANE_VARIANT {

/// What an endpoint keeps of a session.
struct endpoint::talk {
  talk(const session_options& options, session_id number) : id(number), frames(options) {}

  session_id id;
  session frames;
  /// Chosen by the side that opened it.
  std::uint64_t wire_number = 0;
  bool ours = false;
  /// The other side has accepted it once.
  bool open = false;
  peer other;

  /// Of the protocol, as agreed; the newest of this side before that.
  std::uint16_t version = 0;
  /// When something has last come on it; 0 before its first greeting.
  instant heard_at = 0;

  /// 0 while there is no connection, greeted or not.
  connection_id connection;
  instant lost_at = 0;
  instant connect_at = never;
  instant connected_after = 0;

  std::uint64_t last_request = 0;
  std::map<std::uint64_t, reply_handler> asked;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::rpc
