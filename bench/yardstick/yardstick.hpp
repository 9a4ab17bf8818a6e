#pragma once

#include "graph/metg.hpp"
#include "harness/session.hpp"

/// What the machine can do: bare loops over the primitives, each as plain as can be. None uses the
/// library.
namespace bench::yardstick {

/// Seconds of submit and get, one task after the other, on a pool without workers or with some.
double lean_pool_round_trip(const session& s);
double textbook_pool_round_trip(const session& s);

/// Tasks a second, submitted and got in windows of 1,024.
double lean_pool_window(const session& s, int workers);
double std_async_window(const session& s);

/// Tasks of `microseconds` a second, one after the other on this thread.
double one_thread(const session& s, double microseconds);

/// Tasks of `microseconds` a second on as many threads as cores, each with its share from the start.
double split_threads(const session& s, double microseconds);

/// Seconds for a million tasks queued and then all run, and what each takes.
double queued_million_seconds(const session& s);

/// Seconds from writing a word until another thread's answer is seen: both spin, or the other has
/// slept in a futex for a millisecond.
double cache_line_round_trip(const session& s);
double futex_round_trip_after_idle(const session& s);

/// Seconds to make a counted int and to read and drop it; to copy 64 KiB into a prefaulted slot.
double shared_int(const session& s);
double copy_64_kib(const session& s);

/// Seconds to write or read the sample struct by memcpy of each member, and by a bare archive.
double by_hand_out(const session& s);
double by_hand_in(const session& s);
double bare_archive_out(const session& s);
double bare_archive_in(const session& s);
double cereal_stream_out(const session& s);
double cereal_stream_in(const session& s);

/// Bytes a second of memcpy between two reused buffers of 8 MB.
double copy_megabytes(const session& s);

/// Seconds of a loop over a thousand counted cells: look at each state, take a count, return it.
double loop_over_counts(const session& s);

/// Virtual call of an object on the heap: made, called once, destroyed.
double object_made_and_called(const session& s);

/// The smallest task that keeps plain threads with a barrier after each step half busy.
double threads_metg(const session& s, graph::pattern p);

}  // namespace bench::yardstick
