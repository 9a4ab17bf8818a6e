#include "graph/metg.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

#include "harness/work.hpp"

namespace bench::graph {
namespace {

constexpr std::size_t width = 16;
constexpr std::size_t steps = 64;
constexpr double shortest_us = 0.002;
constexpr double longest_us = 500;

/// Returns the part of the cores' time that went into the tasks' own work.
double efficiency(const session& s, const shape& graph, const runner& run, double task_us) {
  session brief = s;
  brief.seconds = s.seconds / 10;
  const auto iterations = iterations_for(task_us);
  const double seconds = seconds_each(brief, 1, [&] { keep(run(iterations).size()); });
  // Short tasks round to few iterations: count what is done, not what was asked for.
  const double done_us =
      static_cast<double>(iterations) * 1000 / static_cast<double>(iterations_for(1000));
  return static_cast<double>(graph.tasks()) * done_us * 1e-6 / (seconds * s.cores);
}

}  // namespace

const shape& shape_of(pattern p) {
  static const std::array<shape, 5> all{
      make(pattern::stencil, width, steps), make(pattern::fft, width, steps),
      make(pattern::tree, width, steps), make(pattern::random, width, steps),
      make(pattern::all_to_all, width, steps)};
  return all.at(static_cast<std::size_t>(p));
}

double metg(const session& s, const shape& graph, const runner& run) {
  if (run(3) != expected(graph, 3)) throw std::logic_error("a task graph's values are wrong");
  double low = shortest_us;
  double high = longest_us;
  for (int i = 0; i < (s.quick ? 1 : 10); ++i) {
    const double middle = std::sqrt(low * high);
    (efficiency(s, graph, run, middle) >= 0.5 ? high : low) = middle;
  }
  return std::sqrt(low * high) * 1e-6;
}

}  // namespace bench::graph
