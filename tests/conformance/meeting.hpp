#pragma once

#include <rt/core/address.hpp>

#include "conformance/endpoints.hpp"
#include "conformance/peer.hpp"
#include "support/catch.hpp"

namespace conformance {

/// Both sides of a test: `a` asks for connections, `b` listens and is asked.
class meeting {
 public:
  explicit meeting(endpoints& around)
      : place(listen(around)), a(around.one()), b(around.other()), around_(around) {}

  /// Opens a connection, and has both sides know of it.
  void join() {
    near = *a.transport.connect(place);
    until([&] { return a.opens.size() == 1; });
    // A lossy transport may show it to the other side with the first frame only, and lose that.
    const bool lossy = a.transport.traits().lossy;
    until([&] {
      if (lossy && b.accepts.empty()) a.send(near, bytes_of("hello"));
      return b.accepts.size() == 1;
    });
    far = b.accepts.front();
    if (!lossy) return;
    settle();
    b.frames.clear();
    b.frames_received = 0;
  }

  /// Lets a moment pass for both sides.
  void pass() {
    around_.pass_time();
    if (a_polls) a.poll();
    if (b_polls) b.poll();
  }

  /// Passes time until it is so. Moments are counted, since time itself may be the machine's.
  template <class Condition>
  void until(Condition condition) {
    for (int moment = 0; moment < moments_max; ++moment) {
      if (condition()) return;
      pass();
    }
    FAIL("it never came");
  }

  /// Passes so much time that what is on its way has come.
  void settle() {
    for (int moment = 0; moment < moments_to_settle; ++moment) pass();
  }

  void kill_other() {
    b_polls = false;
    around_.kill_other();
  }

  rt::address place;
  peer a;
  peer b;
  bool a_polls = true;  // else it is frozen
  bool b_polls = true;
  rt::connection_id near = {};
  rt::connection_id far = {};

 private:
  static constexpr int moments_max = 100'000;
  static constexpr int moments_to_settle = 100;

  static rt::address listen(endpoints& around) {
    auto place = around.other().listen(around.open_place());
    REQUIRE(place);
    return *place;
  }

  endpoints& around_;
};

}  // namespace conformance
