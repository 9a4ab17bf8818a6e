#pragma once

#include "core/variant.hpp"
#include "rpc/switchboard.hpp"

#include <rt/core/ids.hpp>
#include <rt/core/result.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

/// Where processes are reached that were ever named here.   Thread: under the baton.
class known_processes {
 public:
  known_processes(rpc::switchboard& board, std::uint64_t self) : board_(board), self_(self) {}

  void learn(std::uint64_t incarnation, const std::string& address) {
    if (!address.empty()) addresses_.emplace(incarnation, address);
  }
  /// Shape: empty where it was never named.
  std::string address_of(std::uint64_t incarnation) const {
    const auto known = addresses_.find(incarnation);
    return known != addresses_.end() ? known->second : std::string();
  }

  /// Returns the session with a process.   Shape: none where it is dead, or was never named, which
  /// is the same to whoever asks; then it is among `take_unreachable`.
  result<rpc::session_id> session_with(std::uint64_t incarnation) {
    const result<rpc::session_id> session =
        board_.reach(address_of(incarnation), incarnation, job_id{self_, 0});
    if (!session) unreachable_.push_back(incarnation);
    return session;
  }
  /// Returns the session with it on which pieces are pulled.   Shape: as `session_with`.
  result<rpc::session_id> bulk_session_with(std::uint64_t incarnation) {
    const result<rpc::session_id> session = session_with(incarnation);
    return session ? board_.reach_for_bulk(*session) : session;
  }
  std::vector<std::uint64_t> take_unreachable() { return std::exchange(unreachable_, {}); }

 private:
  rpc::switchboard& board_;
  const std::uint64_t self_;
  std::map<std::uint64_t, std::string> addresses_;
  std::vector<std::uint64_t> unreachable_;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
