#include "explore/explorer.hpp"

#include <exception>
#include <stdexcept>

namespace explore {
namespace {

/// Scenarios of bad executions: their threads were left in their middle, so nothing can be ended.
std::vector<scenario*>& lost_scenarios() {
  static auto* const lost = new std::vector<scenario*>;
  return *lost;
}

std::string run_once(depth_first& choices, outcome& result,
                     const std::function<std::unique_ptr<scenario>(surroundings)>& make) {
  constexpr std::uint64_t steps_max = 100'000;
  rt::sim::world world(choices, {.steps_max = steps_max, .step_time = 0});
  std::unique_ptr<scenario> explored = make({world, choices});
  for (auto& body : explored->threads()) world.start("thread", std::move(body));
  world.watch([&](const rt::sim::world::step&) {
    if (choices.touched_forbidden()) world.fail("memory was used after its end");
  });
  world.run();
  std::string failure = world.failure();
  if (failure.empty()) {
    try {
      explored->check();
    } catch (const std::exception& thrown) {
      failure = thrown.what();
    }
  }
  result.steps_max = std::max(result.steps_max, world.steps());
  if (!failure.empty()) lost_scenarios().push_back(explored.release());
  return failure;
}

}  // namespace

void require(bool holds, const std::string& what) {
  if (holds) return;
  if (rt::sim::world* here = rt::sim::world::active(); here != nullptr) here->fail(what);
  throw std::runtime_error(what);
}

outcome explore(const options& how,
                const std::function<std::unique_ptr<scenario>(surroundings)>& make) {
  depth_first choices(how.reduction, how.preemptions_max);
  outcome result;
  while (choices.next_execution()) {
    if (result.executions + result.redundant >= how.executions_max) return result;
    const std::string failure = run_once(choices, result, make);
    ++(choices.redundant() ? result.redundant : result.executions);
    if (!failure.empty()) {
      result.failure = failure + choices.steps();
      return result;
    }
  }
  result.complete = true;
  return result;
}

}  // namespace explore
