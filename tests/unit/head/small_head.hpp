#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "head/control_plane.hpp"

namespace head_test {

using namespace rt;
using namespace rt::head;

inline constexpr instant ms = 1'000'000;

inline settings short_times() {
  settings with;
  with.health_period = 100 * ms;
  with.death_timeout = 1'000 * ms;
  with.reconnect_window = 2'000 * ms;
  with.view_period = 10 * ms;
  with.load_period = 100 * ms;
  with.drained_within = 100 * ms;
  return with;
}

/// A head whose log is safe when the test says so, and what it gave.
struct small_head {
  explicit small_head(std::vector<record> from = {}, std::uint64_t number = 1,
                      settings with = short_times())
      : log(std::move(from)),
        plane(with, {.number = term{number}, .new_cluster = 77, .secret_place = "here"}, log, now,
              out) {
    save();
  }

  /// Has all that was written be safe.
  void save() {
    for (record& each : std::exchange(out.records, {})) log.push_back(std::move(each));
    plane.durable(position{log.size()}, now, out);
    if (!out.records.empty()) save();
  }
  /// Has time pass in which the head looks, and the processes speak.
  void pass(instant time, std::vector<incarnation> speaking = {}) {
    for (const instant end = now + time; now < end; now += 25 * ms) {
      for (const incarnation each : speaking) plane.heard(each, now, out);
      plane.tick(now, out);
      save();
    }
  }

  wire::join_request joining(std::uint64_t node) {
    wire::join_request asks;
    asks.self.incarnation = node;
    asks.self.name = "node " + std::to_string(node);
    asks.self.address = "sim://" + std::to_string(node) + ":1";
    return asks;
  }
  /// `hosted` are the detached actors that it says are there.
  wire::join_reply join(std::uint64_t node, std::vector<wire::hosted_actor> hosted = {}) {
    wire::join_request asks = joining(node);
    asks.actors = std::move(hosted);
    plane.join(ticket{++last_ticket}, incarnation{node}, asks, now, out);
    save();
    return *answer<wire::join_reply>();
  }
  bool begin_job(std::uint64_t driver) {
    plane.begin_job(ticket{++last_ticket}, incarnation{driver}, {driver, 1}, {}, now, out);
    save();
    return !answer<wire::job_reply>()->ended;
  }
  known_actor claim(std::uint64_t owner, std::uint64_t number, const std::string& name,
                    bool detached = false) {
    known_actor made;
    made.actor = {owner, number};
    made.name = name;
    made.space = "space";
    made.detached = detached;
    made.max_restarts = 2;
    return made;
  }
  wire::register_answer keep(std::uint64_t owner, const known_actor& claimed) {
    plane.register_actor(ticket{++last_ticket}, incarnation{owner}, claimed, now, out);
    save();
    return answer<registration>()->answer;
  }
  wire::register_answer end(std::uint64_t from, const actor_id& actor, std::uint64_t epoch) {
    plane.end_actor(ticket{++last_ticket}, incarnation{from}, actor, epoch, now, out);
    save();
    return answer<registration>()->answer;
  }
  std::optional<located_actor> find(std::uint64_t asker, const std::string& name) {
    plane.find(ticket{++last_ticket}, incarnation{asker}, name_key::of("space", {}, name), now,
               out);
    save();
    return answer<finding>()->found;
  }
  void tell(std::uint64_t from, const actor_id& actor, std::uint64_t epoch, wire::actor_state state,
            std::uint64_t process) {
    plane.actor_told(incarnation{from}, actor, epoch, state, incarnation{process}, now, out);
    save();
  }

  /// Returns the answer to the newest request, if it was given.
  template <class Reply>
  const Reply* answer() const {
    for (const effects::answer& each : out.answers) {
      if (each.to == ticket{last_ticket}) return std::get_if<Reply>(&each.what);
    }
    return nullptr;
  }
  template <class Letter>
  std::vector<Letter> letters_to(std::uint64_t process) const {
    std::vector<Letter> found;
    for (const effects::letter& each : out.letters) {
      if (each.to != incarnation{process}) continue;
      if (const auto* letter = std::get_if<Letter>(&each.what)) found.push_back(*letter);
    }
    return found;
  }

  instant now = 1'000 * ms;
  effects out;
  std::vector<record> log;
  control_plane plane;
  std::uint64_t last_ticket = 0;
};

}  // namespace head_test
