#pragma once

#include "graph/metg.hpp"
#include "harness/session.hpp"

/// oneTBB, where it is installed. Each call ends TBB's threads before it returns.
namespace bench::tbb_peer {

/// Seconds of run and wait on a `task_group`; the waiter may run the task itself.
double group_round_trip(const session& s);

/// Seconds of a task enqueued into an arena whose result comes by a future.
double future_round_trip(const session& s);

/// Tasks a second by a `task_group` in windows of 1,024, results written in place.
double group_window(const session& s);

/// Tasks of `microseconds` a second by a `task_group` in windows of 1,024.
double group_work(const session& s, double microseconds);

/// METG(50 %) of a `flow::graph`: made anew for each run, or made once and run again.
double flow_graph_metg(const session& s, graph::pattern p, bool made_once);

}  // namespace bench::tbb_peer
