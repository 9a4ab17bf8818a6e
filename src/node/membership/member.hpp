#pragma once

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "core/incarnation.hpp"
#include "core/variant.hpp"
#include "node/membership/effects.hpp"
#include "node/membership/known_cluster.hpp"
#include "rt/core/environment.hpp"
#include "rt/core/ids.hpp"
#include "wire/messages/membership.hpp"
#include "wire/node_entry.hpp"

namespace rt::node::membership {
inline namespace RT_LANE_VARIANT {

/// How a process stands with its head.
enum class standing : std::uint8_t {
  outside,      ///< no head has taken it in yet
  inside,       ///< it belongs to the cluster
  unconfirmed,  ///< it has slept, and asks whether it still counts
  over,         ///< it was declared dead, its job has ended, or it has left
};

/// What a node knows of the cluster and of its own place in it; a driver's too, whose entry has a job.
/// docs/control_plane.md has the protocol.
///
/// A value: the edge keeps a session with the head, tells what comes on it with the term of its frame,
/// and does what `effects` say.   Thread: belongs to the loop; never blocks.
class member {
 public:
  /// `self` is the process as it describes itself; its incarnation is that of its frames. A head that is
  /// not heard for `head_timeout` is gone.
  member(const wire::node_entry& self, instant now, instant head_timeout = never);

  /// May anything but the letters of `effects` leave this process? Also results to others.
  bool may_speak() const noexcept { return standing_ == standing::inside; }
  /// Has the head taken it in on the session that there is?
  bool is_taken_in() const noexcept { return may_speak() && connected_ && answered_; }
  standing how() const noexcept { return standing_; }
  bool draining() const noexcept { return self_.state == wire::node_state::draining; }
  const known_cluster& cluster() const noexcept { return cluster_; }
  /// Of the newest head that it knows; 0 for none.
  std::uint64_t term() const noexcept { return term_; }
  bool knows_dead(incarnation process) const { return dead_.count(process) != 0; }

  // Steps.

  /// A session with a head has opened. `hosted` are the named and detached actors that live here.
  void connected(std::vector<wire::hosted_actor> hosted, instant now, effects& out);
  void disconnected(instant now);
  /// Something came from the head at that time, if only an acknowledgement.
  void heard_head(instant at) noexcept { head_heard_at_ = std::max(head_heard_at_, at); }
  /// The process at the head's address is of another version or another cluster, as the text says.
  void unfit(const std::string& text, instant now, effects& out);

  void joined(std::uint64_t term, const wire::join_reply& reply, instant now, effects& out);
  void job_begun(std::uint64_t term, const wire::job_reply& reply, instant now, effects& out);
  /// A view_notice, or the answer to a view_request.
  void view_told(std::uint64_t term, const wire::view_change& view, bool answers, instant now,
                 effects& out);
  void confirmed(std::uint64_t term, const wire::confirm_reply& reply, instant now, effects& out);
  void stale(std::uint64_t term, const wire::stale_notice& told, instant now, effects& out);
  void drain(std::uint64_t term, const wire::drain_request& asked, instant now, effects& out);

  /// Something in it has changed: the head is told soon.
  void changed(const wire::health_notice& now_so, instant now, effects& out);
  /// A message has left for the head, other than those of `effects`: it is a sign of life.
  void spoke(instant now, effects& out);
  /// It is to end, and drains first, as if the head had asked it; the head hears of it at once.
  void leave_within(instant left, instant now, effects& out);
  /// It ends by itself: from here on nothing is said.
  void leave() noexcept { standing_ = standing::over; }

  /// To be called when `due` has come, before anything else of that turn of the loop: it is here that a
  /// long sleep is noticed.
  void tick(instant now, effects& out);
  instant due() const noexcept;

 private:
  /// Shape: false where the message is of an older head, and does not count.
  bool counts(std::uint64_t term, instant now, effects& out);
  void notice_sleep(instant now, effects& out);
  void see_to_head(instant now, effects& out);
  void lose_head(error_info why, effects& out);
  void ask_to_join(instant now, effects& out);
  void ask_to_be_confirmed(effects& out);
  void take_in(const wire::view_change& view, std::uint64_t health_period_ns,
               std::uint64_t death_timeout_ns, effects& out);
  void take_view(const wire::view_change& view, effects& out);
  void end(effects& out);

  /// What is known of the head.
  enum class head_is : std::uint8_t { there, silent, unfit };

  wire::node_entry self_;
  instant head_timeout_;
  head_is head_ = head_is::there;
  instant head_heard_at_;
  standing standing_ = standing::outside;
  known_cluster cluster_;
  std::set<incarnation> dead_;
  std::uint64_t term_ = 0;
  /// The head's, once it has told them.
  instant health_period_ = 1'000'000'000;
  instant death_timeout_ = 10'000'000'000;

  bool connected_ = false;
  /// The head has taken it in on this session; until then it asks again and again.
  bool answered_ = false;
  /// Questions without an answer; only that to the last one counts.
  unsigned confirms_asked_ = 0;
  bool view_asked_ = false;
  std::vector<wire::hosted_actor> hosted_;
  wire::health_notice health_;
  bool health_changed_ = false;
  /// Until when it drains.
  instant drain_until_ = 0;
  instant spoke_at_ = 0;
  /// Says nothing before; only where a simulated run has it be late.
  instant late_until_ = 0;
  instant asked_at_ = 0;
  instant seen_at_;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::node::membership
