#pragma once

#include "harness/session.hpp"

/// The C++ Actor Framework, where it is installed (Debian 12: 0.17). Each call makes an actor
/// system of `s.cores` threads and ends it.
namespace bench::caf_peer {

/// Seconds of a request and its response, from one actor to another.
double actor_to_actor(const session& s);

/// Calls a second with responses from a thread, 256 in flight: the faster of requests and of plain
/// messages answered by messages.
double thread_window(const session& s);

/// Seconds of a request from a thread that waits for its response: at once, or when the system has
/// been idle for a millisecond.
double thread_round_trip(const session& s);
double thread_round_trip_after_idle(const session& s);

/// Seconds to spawn an actor, send it a request, get its response and let it end, by an actor.
double spawn_call_end(const session& s);

/// Actors a second, 100,000 of them at once, each answering one request; bytes of each.
double actors_made(const session& s);
double actor_bytes(const session& s);

}  // namespace bench::caf_peer
