#pragma once

#include "core/incarnation.hpp"
#include "core/variant.hpp"
#include "node/membership/member.hpp"
#include "rpc/switchboard.hpp"
#include "wire/node_entry.hpp"

#include <rt/core/environment.hpp>
#include <rt/core/ids.hpp>
#include <rt/core/result.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace rt::node {
inline namespace RT_LANE_VARIANT {

/// What is told of a process's place in the cluster, and asked for it.   Thread: under the baton.
struct membership_news {
  std::function<void(const membership::known_cluster&)> view_changed;
  /// A process is dead, once each.
  std::function<void(incarnation)> died;
  /// It takes no new work from here on, and ends by then.
  std::function<void(instant until)> drain;
  /// From here on what needs the head fails with this; nothing: it is there again.
  std::function<void(const std::optional<error_info>&)> without_head;
  /// Detached actors that live here, for a head that comes back.
  std::function<std::vector<wire::hosted_actor>()> hosted;
  /// This incarnation counts no more, or its job is over: it ends.
  std::function<void(bool begins_anew)> over;
};

/// The edge of a process's membership: keeps a session with the head and does what
/// `membership::member` decides.
/// Owner: the switchboard outlives it.   Thread: under the baton.
class membership_keeper final : public rpc::party {
 public:
  /// `self` as others see it; `job` is a driver's, else none. A head that is silent for `head_timeout`
  /// is gone.
  membership_keeper(environment& world, rpc::switchboard& board, const wire::node_entry& self,
                    std::string head, job_id job, instant head_timeout, membership_news news);

  /// To be called first in a turn: it is here that a long sleep is noticed.
  void attend();
  instant due() const noexcept;

  /// May anything leave this process but what it says to the head?
  bool may_speak() const noexcept { return member_.may_speak(); }
  rpc::session_id head() const noexcept { return session_; }
  /// The session with a head that has taken this process in; none while there is none.
  rpc::session_id taken_in_by() const noexcept {
    return member_.is_taken_in() && !leaving_ ? session_ : rpc::session_id{};
  }
  const membership::known_cluster& cluster() const noexcept { return member_.cluster(); }

  /// What the head is told of how it is.
  void changed(const wire::health_notice& now_so);
  /// Drains, and has the head tell so.   Shape: false where it belongs to no cluster.
  bool leave_within(instant left);
  /// It ends by itself.
  void leave();

  // rpc::party
  void opened(rpc::session_id session, const rpc::peer& other) override;
  void asked(rpc::session_id session, const rpc::arrival& request) override;
  void told(rpc::session_id session, const rpc::arrival& notice) override;
  void ended(rpc::session_id session, const rpc::peer& other, rpc::session_end why) override;
  void unfit(rpc::session_id session, const std::string& text) override;

 private:
  void perform(membership::effects& out);
  void call_the_head();
  template <class Take>
  rpc::reply_handler taking(Take take);

  environment& world_;
  rpc::switchboard& board_;
  const std::string head_;
  const job_id job_;
  const bool driver_;
  membership_news news_;
  membership::member member_;
  rpc::session_id session_;
  bool open_ = false;
  bool leave_session_ = false;
  bool leaving_ = false;
  instant call_at_ = 0;
  std::uint64_t seen_version_ = 0;
  std::uint64_t seen_term_ = 0;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::node
