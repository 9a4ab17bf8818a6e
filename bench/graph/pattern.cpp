#include "graph/pattern.hpp"

#include <algorithm>

#include "harness/work.hpp"

namespace bench::graph {
namespace {

std::size_t log2_of(std::size_t n) {
  std::size_t bits = 0;
  while ((std::size_t{1} << bits) < n) ++bits;
  return bits;
}

/// Returns a number that looks random and is the same in each run.
std::uint64_t hash(std::uint64_t a, std::uint64_t b, std::uint64_t c) {
  std::uint64_t x = a * 0x9E3779B97F4A7C15U + b * 0xC2B2AE3D27D4EB4FU + c * 0x165667B19E3779F9U;
  x ^= x >> 29;
  x *= 0xBF58476D1CE4E5B9U;
  return x ^ (x >> 32);
}

std::size_t width_at(pattern p, std::size_t width, std::size_t step) {
  if (p != pattern::tree || step >= log2_of(width)) return width;
  return std::size_t{1} << step;
}

std::vector<std::size_t> inputs(pattern p, std::size_t before, std::size_t step, std::size_t i) {
  std::vector<std::size_t> from;
  switch (p) {
    case pattern::stencil:
      if (i > 0) from.push_back(i - 1);
      from.push_back(i);
      if (i + 1 < before) from.push_back(i + 1);
      break;
    case pattern::fft: from = {i, i ^ (std::size_t{1} << ((step - 1) % log2_of(before)))}; break;
    case pattern::tree: from = {i / 2}; break;
    case pattern::random:
      for (std::uint64_t k = 0; k < 3; ++k) from.push_back(hash(step, i, k) % before);
      std::sort(from.begin(), from.end());
      from.erase(std::unique(from.begin(), from.end()), from.end());
      break;
    case pattern::all_to_all:
      for (std::size_t k = 0; k < before; ++k) from.push_back(k);
      break;
  }
  return from;
}

}  // namespace

std::string name_of(pattern p) {
  switch (p) {
    case pattern::stencil: return "stencil";
    case pattern::fft: return "FFT";
    case pattern::tree: return "tree";
    case pattern::random: return "random";
    case pattern::all_to_all: return "all to all";
  }
  return {};
}

std::size_t shape::tasks() const {
  std::size_t n = 0;
  for (const step& each : steps) n += each.size();
  return n;
}

shape make(pattern p, std::size_t width, std::size_t steps) {
  shape out;
  out.steps.resize(steps);
  for (std::size_t t = 0; t < steps; ++t) {
    out.steps[t].resize(width_at(p, width, t));
    if (t == 0) continue;
    for (std::size_t i = 0; i < out.steps[t].size(); ++i) {
      out.steps[t][i] = inputs(p, out.steps[t - 1].size(), t, i);
    }
  }
  return out;
}

std::vector<std::uint64_t> expected(const shape& s, std::uint64_t iterations) {
  std::vector<std::uint64_t> before;
  for (const shape::step& step : s.steps) {
    std::vector<std::uint64_t> now;
    for (std::size_t i = 0; i < step.size(); ++i) {
      std::uint64_t sum = i;
      for (const std::size_t from : step[i]) sum = mix(sum, before[from]);
      now.push_back(spin(iterations, sum));
    }
    before = std::move(now);
  }
  return before;
}

}  // namespace bench::graph
