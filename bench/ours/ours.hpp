#pragma once

#include "graph/metg.hpp"
#include "harness/session.hpp"

/// The project's own figures. Each call makes a runtime with `num_cpus = s.cores` and ends it.
namespace bench::ours {

/// Says how the results of a window of tasks are got.
enum class getting { in_order, as_vector };

/// Seconds of `get(remote<f>(x))`, f tiny.
double task_round_trip(const session& s);

/// Seconds of the same where a slot must run it, busy all the time or idle for a millisecond.
double slot_round_trip(const session& s);
double slot_round_trip_after_idle(const session& s);

/// Tiny tasks a second, submitted and got in windows of 1,024.
double task_window(const session& s);

/// Tasks of `microseconds` a second, in windows of 1,024.
double task_work(const session& s, double microseconds, getting how);

/// Seconds to submit a million tasks and to get them all.
double queued_million_seconds(const session& s);

/// Bytes of a task that waits in the queue, its reference included.
double queued_task_bytes(const session& s);

/// Percent of a core that a runtime takes which has worked and now has nothing to do.
double idle_percent(const session& s);

/// Seconds from nothing to the first task's result in a new process.
double start_seconds(const session& s);

/// Seconds of a call and its answer: by an actor of another actor; by a thread of an actor that no
/// one runs, of one that another thread keeps running, of one that was idle for a millisecond.
double actor_to_actor(const session& s);
double thread_to_actor(const session& s);
double thread_to_busy_actor(const session& s);
double thread_to_actor_after_idle(const session& s);

/// Calls a second from a thread to an actor, with results, 256 in flight.
double actor_window(const session& s);

/// Seconds to spawn an actor, call it and let it end, by a task.
double spawn_call_end(const session& s);

/// Actors a second, 100,000 of them at once, each called once; bytes of each when idle.
double actors_made(const session& s);
double actor_bytes(const session& s);

/// Seconds of `put` and `get` of an int; of `put` of 64 KiB and dropping it.
double put_get_int(const session& s);
double put_64_kib(const session& s);

/// Bytes of a reference, and of an int's object with its reference.
double reference_bytes(const session& s);
double object_bytes(const session& s);

/// Seconds to write or read the sample struct; bytes a second of a vector<double> of a million.
double sample_out(const session& s);
double sample_in(const session& s);
double vector_out(const session& s);
double vector_in(const session& s);

/// Seconds of one task that takes, that returns, and of one get of, 100,000 references.
double arguments_100k(const session& s);
double results_100k(const session& s);
double objects_100k(const session& s);

/// Rounds a second of: 1,000 tasks, then a wait for one at a time until all are done.
double wait_one_by_one(const session& s);

/// Seconds of one wait on 1,000 references that are ready.
double wait_all_ready(const session& s);

/// METG(50 %) with a task a point.
double task_metg(const session& s, graph::pattern p);

}  // namespace bench::ours
