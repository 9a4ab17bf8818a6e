#pragma once

#ifndef RT_LANE_EXPLORED
#define RT_LANE_EXPLORED
#endif

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "head/control_plane.hpp"
#include "head/file_log.hpp"
#include "sim/control_plane_process.hpp"
#include "sim/random_stream.hpp"
#include "sim/simulated_disk.hpp"

namespace control_plane_test {

rt::head::settings head_settings(std::uint64_t seed);

/// A head as the edge would make it: the decisions over a log on a disk, and sessions with members.
/// In place of names told on a session, a process's number here is its incarnation.
class head_process final : public process, rt::rpc::endpoint_events, rt::head::log_events {
 public:
  head_process(const ground& on, std::uint32_t number, incarnation self,
               rt::sim::simulated_disk& disk);

  void die() override;
  /// Shape: null until its term is its own.
  const rt::head::control_plane* plane() const noexcept { return plane_ ? &*plane_ : nullptr; }
  rt::head::term number() const noexcept { return plane_ ? plane_->number() : rt::head::term{}; }
  void drain(incarnation node, instant left);
  bool building() const noexcept { return !building_.empty(); }

 private:
  struct waiting {
    rt::rpc::session_id session;
    std::uint64_t number = 0;
    incarnation from{};
    instant asked_at = 0;
    bool decided = false;
  };
  struct construction {
    std::uint64_t epoch = 0;
    incarnation node{};
    bool asked = false;
    /// It lives on that node, and is only to hear who owns it.
    bool takes_over = false;
  };

  void turn() override;
  void perform(rt::head::effects& out, rt::head::ticket asked = {});
  void compact(const std::vector<rt::head::record>& snapshot);
  void give(const rt::head::effects::answer& what);
  void send(const rt::head::effects::letter& what);
  void see_to_buildings();
  void ask_to_build(const rt::actor_id& actor, construction& one);

  // endpoint_events
  void opened(rt::rpc::session_id session, const rt::rpc::peer& other) override;
  void asked(rt::rpc::session_id session, const rt::rpc::arrival& request) override;
  void told(rt::rpc::session_id session, const rt::rpc::arrival& notice) override;
  void ended(rt::rpc::session_id session, rt::rpc::session_end why,
             const std::string& text) override;
  rt::wire::hello_answer admits(const rt::rpc::peer&) override {
    return rt::wire::hello_answer::accepted;
  }
  // log_events
  void opened(rt::head::opened_log all) override;
  void durable(rt::head::position up_to) override;
  void compacted(bool done) override;
  void fenced() override;
  void failed(rt::error_info why) override;

  rt::sim::random_stream numbers_;
  std::unique_ptr<rt::storage> files_;
  std::unique_ptr<rt::head::file_log> log_;
  std::optional<rt::head::control_plane> plane_;
  std::unique_ptr<rt::rpc::endpoint> endpoint_;
  std::map<std::uint64_t, rt::rpc::peer> peers_;
  std::map<incarnation, rt::rpc::session_id> sessions_;
  std::map<rt::head::ticket, waiting> waiting_;
  std::uint64_t last_ticket_ = 0;
  std::map<rt::actor_id, construction> building_;
  /// The dead, of whom it is still to be seen what they were to build.
  std::set<incarnation> given_up_;
  bool over_ = false;
};

}  // namespace control_plane_test
