#include "sim/link.hpp"

#include <algorithm>
#include <utility>

#include "sim/simulated_transport.hpp"

namespace rt::sim {

link::link(network_ground& ground, std::uint64_t number, std::uint64_t key,
           simulated_transport& asker, const network_place& to)
    : ground_(ground),
      number_(number),
      to_(to),
      ends_{{{.process = asker.process(), .owner = &asker, .at = phase::opening},
             {.process = to.process}}},
      pipes_{{{ground, asker.process(), to.process, key * 2},
              {ground, to.process, asker.process(), key * 2 + 1}}} {}

/// Calls `what` at `when`, if the link is there then.
template <class What>
void link::later(instant when, What what) {
  ground_.time.at(when, [weak = weak_from_this(), what] {
    if (const auto self = weak.lock()) what(*self);
  });
}

void link::open() {
  const instant now = ground_.time.now();
  if (ground_.lossy()) {
    later(now + ground_.options.delay_min.count(), [](link& self) {
      end& asker = self.ends_[0];
      if (asker.at != phase::opening) return self.end_if_done();
      asker.at = phase::open;
      asker.owner->post({.what = pending_event::opened, .connection = self.id(0)});
    });
    return;
  }
  say(0, parcel_kind::hello);
  later(now + ground_.options.connect_timeout.count(), [](link& self) {
    if (self.ends_[0].at == phase::opening) self.finish(0, connection_end::unreachable);
    self.end_if_done();
  });
}

void link::send(unsigned side, const outgoing_frame& frame) {
  ++ground_.counts.frames_taken;
  if (broken_ || ends_[side].at != phase::open) {  // its transport has not told yet
    ++ground_.counts.frames_dropped;
    return;
  }
  pipes_[side].take(parcel::of(frame));
  leave_soon(side);
}

void link::want_room(unsigned side) {
  ends_[side].wants_room = true;
  make_room(side);
}

void link::release(unsigned side, std::size_t weight) {
  pipes_[side].release(weight);
  make_room(side);
}

void link::close(unsigned side) {
  end& closer = ends_[side];
  if (closer.at == phase::opening) {
    finish(side, connection_end::asked);
    closer.told_the_other = false;  // who has accepted it already is to hear of it
  } else if (closer.at == phase::open) {
    closer.at = phase::closing;
    if (broken_) return;  // the reset is on its way
    say(side, parcel_kind::goodbye);
  }
}

void link::linger(unsigned side, instant until) {
  ends_[side].owner = nullptr;
  close(side);
  if (ends_[side].at != phase::closing) return end_if_done();
  pipes_[side].pack_waiting();
  later(until, [side](link& self) {
    if (self.ends_[side].at != phase::closing) return;
    pipe::keepers none;
    self.pipes_[side].drop_waiting(none);
    self.die(side);
  });
}

void link::die(unsigned side) {
  end& dead = ends_[side];
  if (dead.at == phase::over || dead.at == phase::absent) return;
  dead.owner = nullptr;
  while (pipes_[side].waiting()) leave_one(side);
  pipes_[side].cut_short();
  pipes_[1 - side].drop_on_the_way();
  // Whoever begins anew in that place may be found by a connection that does not know.
  dead.at = ground_.lossy() && side == 1 ? phase::absent : phase::over;
  if (!ground_.lossy()) {
    // Its machine lives and tells, or is gone with it and is missed.
    if (pipes_[side].draw_coin()) {
      say(side, parcel_kind::reset);
    } else {
      const instant missed = ground_.time.now() + pipes_[1 - side].draw_silence();
      later(missed, [other = 1 - side](link& self) {
        self.finish(other, connection_end::lost);
        self.end_if_done();
      });
    }
  }
  make_room(1 - side);
  end_if_done();
}

void link::reset() {
  if (broken_ || ground_.lossy()) return;
  broken_ = true;
  ++ground_.counts.resets;
  for (unsigned side : {0U, 1U}) {
    while (pipes_[side].waiting()) leave_one(side);
    pipes_[side].cut_short();
    say(side, parcel_kind::reset);
  }
}

void link::watch_silence() {
  if (ground_.lossy() || watched_since_ == ground_.paths.healings()) return;
  watched_since_ = ground_.paths.healings();
  for (unsigned side : {0U, 1U}) {
    const instant missed = ground_.time.now() + pipes_[side].draw_silence();
    later(missed, [side, since = watched_since_](link& self) {
      // One that is being opened has a limit of its own.
      const phase at = self.ends_[side].at;
      if (self.ground_.paths.healings() != since || at == phase::opening || at == phase::over)
        return;
      self.pipes_[side].drop_on_the_way();
      self.finish(side, connection_end::lost);
      self.say(side, parcel_kind::reset);
    });
  }
}

void link::resume() {
  for (unsigned side : {0U, 1U}) {
    if (pipes_[side].idle()) continue;
    later(ground_.time.now(), [side](link& self) { self.leave_what_may(side); });
    arrive_at(side, ground_.time.now() + pipes_[side].draw_delay());
  }
}

void link::say(unsigned side, parcel_kind what) {
  pipes_[side].take({.kind = what});
  leave_soon(side);
}

void link::leave_soon(unsigned side) {
  if (leaving_[side] || !pipes_[side].waiting()) return;
  leaving_[side] = true;
  later(pipes_[side].leaves_at(), [side](link& self) { self.leave_what_may(side); });
}

void link::leave_what_may(unsigned side) {
  leaving_[side] = false;
  while (pipes_[side].waiting() && pipes_[side].leaves_at() <= ground_.time.now()) leave_one(side);
  leave_soon(side);
  make_room(side);
  end_if_done();
}

void link::leave_one(unsigned side) {
  pipe::keepers freed;
  const pipe::departure left = pipes_[side].leave(freed);
  give_back(side, std::move(freed));
  arrive_at(side, left.arrival);
  arrive_at(side, left.second_arrival);
  if (left.kind == parcel_kind::goodbye) finish(side, connection_end::asked);
  if (left.breaks) reset();
}

void link::arrive_at(unsigned side, instant when) {
  if (when == never) return;
  later(when, [side](link& self) { self.arrive(side); });
}

void link::arrive(unsigned from) {
  while (auto arrived = pipes_[from].arrive()) handle(from, *std::move(arrived));
  if (!pipes_[from].open()) watch_silence();
  make_room(from);
  end_if_done();
}

void link::handle(unsigned from, parcel arrived) {
  const unsigned to = 1 - from;
  end& receiver = ends_[to];
  switch (arrived.kind) {
    case parcel_kind::hello: return handle_hello();
    case parcel_kind::frame: return handle_frame(from, std::move(arrived));
    case parcel_kind::welcome:
      if (receiver.at == phase::opening) {
        receiver.at = phase::open;
        receiver.owner->post({.what = pending_event::opened, .connection = id(to)});
      } else if (receiver.at == phase::over && !receiver.told_the_other) {
        say(to, parcel_kind::reset);
      }
      return;
    case parcel_kind::refusal: return finish(to, connection_end::unreachable);
    case parcel_kind::goodbye:
      if (receiver.at == phase::open) finish(to, connection_end::left);
      return;
    case parcel_kind::reset: broken_ = true; return finish(to, connection_end::lost);
  }
}

void link::handle_hello() {
  if (ends_[1].at != phase::absent) return;
  say(1, accept() ? parcel_kind::welcome : parcel_kind::refusal);
}

void link::handle_frame(unsigned from, parcel arrived) {
  const unsigned to = 1 - from;
  if (ends_[to].at == phase::absent) accept();
  end& receiver = ends_[to];
  if (receiver.at != phase::open) {
    pipes_[from].drop(arrived);
    if (receiver.at != phase::over || ends_[from].at != phase::open) return;
    // The sender does not know. A stream's end that broke says so; a lossy one repeats a goodbye, which
    // may have been lost, and is silent where it broke.
    if (receiver.told_the_other == ground_.lossy()) {
      say(to, ground_.lossy() ? parcel_kind::goodbye : parcel_kind::reset);
    }
    return;
  }
  receiver.owner->post({.what = pending_event::received,
                        .connection = id(to),
                        .bytes = std::move(arrived.bytes),
                        .weight = arrived.weight});
}

/// Gives the asked side to who listens there.
bool link::accept() {
  const auto listener = ground_.listeners.find(to_);
  if (listener == ground_.listeners.end()) return false;
  ends_[1] = {.process = to_.process, .owner = listener->second, .at = phase::open};
  listener->second->accept(shared_from_this(),
                           network_place{ends_[0].process, static_cast<std::uint32_t>(number_)});
  return true;
}

bool link::may_have_room(unsigned side) const noexcept {
  return ends_[side].wants_room && ends_[side].at == phase::open &&
         pipes_[side].held_bytes() <= ground_.options.queue_bytes_max / 2;
}

/// Tells a sender that was refused of room, when half of the queue is free.
void link::make_room(unsigned side) {
  if (ends_[side].room_is_coming || !may_have_room(side)) return;
  ends_[side].room_is_coming = true;
  later(ground_.time.now() + ground_.options.delay_min.count(), [side](link& self) {
    end& told = self.ends_[side];
    told.room_is_coming = false;
    if (!self.may_have_room(side)) return;  // it may be another process by now
    told.wants_room = false;
    told.owner->post({.what = pending_event::writable, .connection = self.id(side)});
  });
}

void link::finish(unsigned side, connection_end why) {
  end& over = ends_[side];
  if (over.at == phase::over || over.at == phase::absent) return;
  if (over.at == phase::opening && why == connection_end::lost) why = connection_end::unreachable;
  over.at = phase::over;
  over.told_the_other = why == connection_end::left || why == connection_end::asked;
  pipe::keepers freed;
  pipes_[side].drop_waiting(freed);
  give_back(side, std::move(freed));
  if (over.owner != nullptr) {
    over.owner->post({.what = pending_event::closed, .connection = id(side), .why = why});
    over.owner = nullptr;
  }
}

void link::give_back(unsigned side, pipe::keepers freed) {
  if (ends_[side].owner != nullptr && !freed.empty())
    ends_[side].owner->give_back(std::move(freed));
}

void link::end_if_done() {
  for (const end& each : ends_) {
    if (each.at != phase::over && each.at != phase::absent) return;
  }
  if (pipes_[0].idle() && pipes_[1].idle()) ground_.links.erase(number_);
}

}  // namespace rt::sim
