#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <zmq.hpp>

#include "net/place.hpp"
#include "rt/transport/connection.hpp"
#include "zmq/monitor.hpp"
#include "zmq/sockets.hpp"

namespace rt::zmq {

/// A message, and which of those that call has sent it.
struct letter {
  std::string from;
  ::zmq::message_t message;
};

/// The called end of all connections to one address: one socket, which knows each of its callers by a name.
///
/// ZeroMQ tells which descriptor was closed, never whose; so those that may be meant are sent a word that means
/// nothing, which fails where nobody is left.
/// Thread: one at a time.   Owner: of its sockets.   Units: times in milliseconds of a steady clock.
class listener {
 public:
  /// Errors: throws ZeroMQ's own, where the place cannot be had.
  listener(const surroundings& of, const net::place& at, std::uint64_t key);

  /// The port that was asked for, or found.
  unsigned short port() const;

  /// Takes what has come next, whoever sent it; nothing where there is none.
  std::optional<letter> receive();
  bool has_more() { return zmq::has_more(socket_); }

  /// Shape: false if that one is not there any more.
  bool send(const std::string& to, ::zmq::message_t& message);

  /// Notes whom a name stands for, and the descriptor on which that one calls; forgets it.
  void add(const std::string& name, connection_id own, int descriptor, std::int64_t now);
  void remove(const std::string& name, int descriptor);
  connection_id find(const std::string& name) const;

  /// Hears whose descriptors were closed.
  void look(std::int64_t now);

  /// Returns those that are found not to be there any more: what they had sent before can still be received.
  std::vector<connection_id> find_lost(std::int64_t now);
  /// Whether some have to be looked after again.
  bool suspects_some() const noexcept { return !suspects_.empty(); }

  /// Ends it; what it has been handed has so much time to leave.
  void end(int linger_ms);

 private:
  struct suspect {
    std::string name;
    std::int64_t until;
  };

  ::zmq::socket_t socket_;
  std::optional<monitor> heard_;
  std::unordered_map<std::string, connection_id> known_;
  std::unordered_multimap<int, std::string> by_descriptor_;
  std::unordered_map<int, std::int64_t> closed_lately_;  // when each was closed
  std::vector<suspect> suspects_;
};

}  // namespace rt::zmq
