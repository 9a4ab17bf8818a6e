#pragma once

#include <cstddef>
#include <span>

#include "rt/core/address.hpp"
#include "rt/transport/connection.hpp"

namespace rt {

/// Hears what happens on the connections of a transport: the upper side of the contract.
///
/// For each connection the events are `accepted` or `opened`, then any number of `received` and `writable`,
/// then `closed`, once and last. A connection that could not be opened has `closed` alone.
/// Thread: called within `transport::poll` alone, so never within another call; may call any function
/// of the transport but `poll`.
class transport_events {
 public:
  /// Another process has made a connection to an address listened on. `from` is for people to read.
  virtual void accepted(connection_id connection, const address& from) = 0;
  /// A connection that this side asked for can be sent on.
  virtual void opened(connection_id connection) = 0;
  /// A frame has come. Owner: of the bytes the transport; they are gone when this returns.
  virtual void received(connection_id connection, std::span<const std::byte> frame) = 0;
  /// A connection whose `send` has said `full` takes frames again: one of any size at least. Comes once
  /// for each `full` that follows a frame that was taken, and never unasked.
  virtual void writable(connection_id connection) = 0;
  /// The connection is no more; its number is not used again.
  virtual void closed(connection_id connection, connection_end why) = 0;

 protected:
  ~transport_events() = default;
};

}  // namespace rt
