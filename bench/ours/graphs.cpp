#include <cstdint>
#include <vector>

#include "harness/work.hpp"
#include "ours/local.hpp"
#include "ours/ours.hpp"

namespace bench::ours {
namespace {

using value = std::uint64_t;
using value_ref = rt::object_ref<value>;

// A point is a task of as many parameters as it has inputs, as a user would write it; only where
// there are many they come as one vector.
value first(value iterations, value i) { return spin(iterations, i); }

value of_one(value iterations, value i, value a) { return spin(iterations, graph::mix(i, a)); }

value of_two(value iterations, value i, value a, value b) {
  return spin(iterations, graph::mix(graph::mix(i, a), b));
}

value of_three(value iterations, value i, value a, value b, value c) {
  return spin(iterations, graph::mix(graph::mix(graph::mix(i, a), b), c));
}

value of_many(value iterations, value i, const std::vector<value>& all) {
  for (const value each : all) i = graph::mix(i, each);
  return spin(iterations, i);
}

value_ref submit(value iterations, value i, const std::vector<std::size_t>& from,
                 const std::vector<value_ref>& before) {
  switch (from.size()) {
    case 0: return rt::remote<first>(iterations, i);
    case 1: return rt::remote<of_one>(iterations, i, before[from[0]]);
    case 2: return rt::remote<of_two>(iterations, i, before[from[0]], before[from[1]]);
    case 3:
      return rt::remote<of_three>(iterations, i, before[from[0]], before[from[1]], before[from[2]]);
    default: break;
  }
  std::vector<value_ref> inputs;
  inputs.reserve(from.size());
  for (const std::size_t k : from) inputs.push_back(before[k]);
  return rt::remote<of_many>(iterations, i, std::move(inputs));
}

std::vector<value> run(const graph::shape& shape, value iterations) {
  std::vector<value_ref> before;
  for (const auto& step : shape.steps) {
    std::vector<value_ref> now;
    now.reserve(step.size());
    for (std::size_t i = 0; i < step.size(); ++i) {
      now.push_back(submit(iterations, i, step[i], before));
    }
    before = std::move(now);
  }
  return rt::get(before);
}

}  // namespace

double task_metg(const session& s, graph::pattern p) {
  const rt::runtime runtime{local(s)};
  const graph::shape& shape = graph::shape_of(p);
  return graph::metg(s, shape, [&](std::uint64_t n) { return run(shape, n); });
}

}  // namespace bench::ours
