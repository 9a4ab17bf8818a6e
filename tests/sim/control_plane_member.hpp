#pragma once

#ifndef RT_LANE_EXPLORED
#define RT_LANE_EXPLORED
#endif

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "node/membership/member.hpp"
#include "sim/control_plane_process.hpp"
#include "sim/random_stream.hpp"

namespace control_plane_test {

/// A node or a driver as the edge would make it: its place in the cluster, a session with one of the heads,
/// and actors that it owns or hosts.
class member_process final : public process, rt::rpc::endpoint_events {
 public:
  struct description {
    bool driver = false;
    std::vector<std::uint32_t> heads;
  };

  member_process(const ground& on, std::uint32_t number, incarnation self, const description& as,
                 std::function<void(bool anew)> over);

  void die() override;
  /// Has it do something: spawn an actor, begin an older one's next epoch, end one, look for one.
  void act();
  /// Says goodbye, and ends a little later.
  void leave();

  const rt::node::membership::member& place() const noexcept { return place_; }
  bool leaving() const noexcept { return leaving_; }
  /// Ends since it was asked to, and so with a goodbye.
  bool draining_itself() const noexcept { return place_.draining() && !leaving_; }
  bool hosts(const rt::actor_id& actor, std::uint64_t epoch) const;
  std::vector<rt::wire::hosted_actor> hosted() const;
  /// Has all that it asked been answered?
  bool settled() const noexcept { return waiting_.empty() && unsent_.empty(); }

 private:
  /// An actor of its own.
  struct spawned {
    rt::head::known_actor claim;
    bool kept = false;
    bool ended = false;
  };

  void turn() override;
  void perform(rt::node::membership::effects& out);
  void call_a_head();
  void speak_of(const rt::actor_id& actor);
  /// Asks the head once it may, and again on the next session where there was no answer.
  void ask(const rt::wire::register_request& asks);
  void send_unsent();
  void answered(std::uint64_t question, const rt::wire::register_reply& reply);
  void tell_standing(const rt::actor_id& actor, std::uint64_t epoch, rt::wire::actor_state state);
  bool may_speak() const;
  void create_what_was_asked();
  void host(const rt::actor_id& actor, std::uint64_t epoch);

  // endpoint_events
  void opened(rt::rpc::session_id session, const rt::rpc::peer& other) override;
  void asked(rt::rpc::session_id session, const rt::rpc::arrival& request) override;
  void told(rt::rpc::session_id session, const rt::rpc::arrival& notice) override;
  void ended(rt::rpc::session_id session, rt::rpc::session_end why,
             const std::string& text) override;
  rt::wire::hello_answer admits(const rt::rpc::peer&) override {
    return rt::wire::hello_answer::accepted;
  }

  description as_;
  std::function<void(bool)> over_;
  rt::sim::random_stream numbers_;
  rt::rpc::endpoint endpoint_;
  rt::node::membership::member place_;
  rt::job_id job_;
  rt::rpc::session_id session_;
  bool open_ = false;
  bool leave_session_ = false;
  std::size_t next_head_ = 0;
  instant call_at_ = 0;
  bool leaving_ = false;

  std::map<rt::actor_id, spawned> spawned_;
  std::map<rt::actor_id, std::uint64_t> hosted_;
  std::uint64_t last_actor_ = 0;
  std::map<std::uint64_t, rt::wire::register_request> waiting_;
  std::vector<rt::wire::register_request> unsent_;
  std::uint64_t last_question_ = 0;
  /// Actors that the head has asked for on this session, and the numbers of the requests.
  std::vector<std::pair<std::uint64_t, rt::wire::create_request>> creations_;

  // Seen from outside of the values: when it last had a turn, and who it was told is dead.
  instant last_turn_ = 0;
  bool slept_ = false;
  std::set<incarnation> told_dead_;
  std::uint64_t highest_term_ = 0;
};

}  // namespace control_plane_test
