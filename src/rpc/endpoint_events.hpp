#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "rt/core/ids.hpp"
#include "rt/core/result.hpp"
#include "wire/frame.hpp"
#include "wire/messages/handshake.hpp"

namespace rt::rpc {

/// Names one session of one endpoint.   Shape: a number that is given once; 0 names none.
struct session_id {
  std::uint64_t number = 0;

  explicit constexpr operator bool() const noexcept { return number != 0; }
  friend constexpr auto operator<=>(session_id, session_id) = default;
};

/// Who the other side of a session is, as its greeting has told.
struct peer {
  std::uint64_t incarnation = 0;
  wire::process_role role = wire::process_role::node;
  std::uint64_t build = 0;
  /// Where it can be reached; empty where it cannot.
  std::string address = {};
  job_id job = {};
  /// Is it the one session of the two, whoever opens it? Of others there may be many.
  bool only = false;
};

/// Why a session has ended. What was in flight may have been acted upon or not, except where the
/// greeting was `refused` or `unfit`: then nothing was sent.
enum class session_end : std::uint8_t {
  asked,      ///< by this side
  left,       ///< the other side has said that it ends
  lost,       ///< no way to the other side for `ended_after`
  refused,    ///< the other side would not have it; the text says why
  unfit,      ///< the other side speaks another version, or is of another cluster; the text says so
  forgotten,  ///< the other side, or the process at its address, does not know it any more
  malformed,  ///< the other side sent what cannot be read
};

/// A message that has come, with what its frame says.
/// Owner: of the bytes in it the frame; they are gone when the call returns that brought it.
struct arrival {
  const wire::envelope& envelope;
  const wire::frame_header& header;
  wire::byte_view tail;
};

/// Hears the answer to a request, or that there will be none: `errc::connection`, outcome unknown.
using reply_handler = std::function<void(result<arrival>)>;

/// Hears what happens on the sessions of an endpoint.
/// For each session: `opened` once, any number of arrivals, then `ended`, once and last; one that never
/// opened has `ended` alone. Handlers of requests without an answer are called before `ended`.
/// Thread: within the endpoint's `poll`, so under the baton; may call any function of it but `poll`.
class endpoint_events {
 public:
  virtual void opened(session_id session, const peer& other) = 0;
  /// A request has come; it is answered by `endpoint::answer` with its envelope's number, once.
  virtual void asked(session_id session, const arrival& request) = 0;
  virtual void told(session_id session, const arrival& notice) = 0;
  virtual void ended(session_id session, session_end why, const std::string& text) = 0;
  /// May this process, which the transport holds for authenticated, have a session?
  /// Shape: `accepted`, or `stale_incarnation`.
  virtual wire::hello_answer admits(const peer& other) = 0;

 protected:
  ~endpoint_events() = default;
};

}  // namespace rt::rpc
