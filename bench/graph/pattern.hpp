#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace bench::graph {

/// How a step's points depend on those of the step before.
/// Source: Task Bench (Slaughter et al., SC 2020), table of dependence relations.
enum class pattern { stencil, fft, tree, random, all_to_all };

/// Returns the name as the table prints it.
std::string name_of(pattern p);

/// Steps of points; each point is a task that takes the values of some points of the step before.
struct shape {
  /// The tasks of one step: for each point the points of the step before that it takes.
  using step = std::vector<std::vector<std::size_t>>;
  std::vector<step> steps;

  std::size_t tasks() const;
};

/// Makes `steps` steps of at most `width` points, a power of two.
shape make(pattern p, std::size_t width, std::size_t steps);

/// Mixes a task's inputs into the seed of its work.
constexpr std::uint64_t mix(std::uint64_t sum, std::uint64_t input) {
  return (sum ^ input) * 1099511628211U;
}

/// Returns what the last step's points must hold, by a plain loop.
std::vector<std::uint64_t> expected(const shape& s, std::uint64_t iterations);

}  // namespace bench::graph
