#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "graph/pattern.hpp"
#include "harness/session.hpp"

namespace bench::graph {

/// Runs the whole graph once, each task for `iterations` of `spin`, and returns the values of the
/// last step's points. What must be made for each run is made inside.
using runner = std::function<std::vector<std::uint64_t>(std::uint64_t iterations)>;

/// Returns the shape that every contender runs for this pattern.
const shape& shape_of(pattern p);

/// Returns METG(50 %): the seconds of the smallest task with which `run` still keeps `s.cores`
/// half busy, its work counted and nothing else.
/// Errors: std::logic_error if the values differ from a plain loop's.
/// Source: Task Bench (Slaughter et al., SC 2020), section 4; found by halving, not by a sweep.
double metg(const session& s, const shape& graph, const runner& run);

}  // namespace bench::graph
