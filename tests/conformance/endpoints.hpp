#pragma once

#include <rt/core/address.hpp>
#include <rt/transport/transport.hpp>

namespace conformance {

/// Two processes that can reach one another, and a way to have time pass: all that the suite knows of a
/// transport. Each backend has its own; a user's too.
class endpoints {
 public:
  virtual ~endpoints() = default;

  virtual rt::transport& one() = 0;
  virtual rt::transport& other() = 0;

  /// Returns an address of the other side with an open place in it.
  virtual rt::address open_place() = 0;
  /// Returns an address that the transport understands and at which nobody listens.
  virtual rt::address nobody() = 0;

  /// Lets a moment pass, as long as a frame takes.
  virtual void pass_time() = 0;

  /// Ends the other process without a word; `other` is not called any more.
  virtual void kill_other() = 0;
};

}  // namespace conformance
