#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iterator>
#include <memory>

#include "rt/core/amount.hpp"
#include "rt/detail/cell.hpp"
#include "rt/detail/engine.hpp"
#include "rt/detail/function_record.hpp"
#include "rt/detail/thread_context.hpp"
#include "rt/sim.hpp"
#include "sim/random_strategy.hpp"
#include "sim/virtual_environment.hpp"
#include "sim/world.hpp"
#include "worker/make_engine.hpp"

namespace rt::sim {
namespace {

constexpr std::size_t log_lines_max = 1'000;

instant step_time_of(const options& with) {
  if (with.step_time) return with.step_time->count();
  // Without time between steps no timer ever comes while something can run; with much of it all do.
  constexpr instant choices[] = {0, 0, 20, 1'000};
  return choices[random_stream(with.seed, 2).below(std::size(choices))];
}

config completed(config settings) {
  if (!settings.num_cpus) settings.num_cpus = 2;
  validate(settings);
  return settings;
}

/// What `rt::run` does around a driver, within the simulated process.
void drive(environment& process, const options& with, const std::function<void()>& program) {
  const auto engine = worker::make_engine(process, completed(with.config));
  rt::detail::this_context().runtime = engine.get();
  std::exception_ptr thrown;
  try {
    program();
  } catch (...) {
    thrown = std::current_exception();
  }
  const std::string stays = engine->shut_down();
  rt::detail::this_context().runtime = nullptr;
  if (thrown) std::rethrow_exception(thrown);
  if (!stays.empty()) fail(stays);
}

std::string line_about(const world::step& step) {
  return std::to_string(step.number) + " " + std::to_string(step.now) + " ns fiber " +
         std::to_string(step.next.number()) + " \"" + step.next.name() + "\" " +
         to_string(step.next.pending().kind);
}

}  // namespace

report run(const options& with, const std::function<void()>& program) {
  rt::detail::forget_paces();
  const std::int64_t cells_before = rt::detail::cells_alive();
  report result;
  result.seed = with.seed;
  random_strategy chooser(with.seed);
  world around(chooser, {.steps_max = with.steps_max, .step_time = step_time_of(with)});
  if (with.watch) around.watch([&](const world::step& step) { with.watch(line_about(step)); });
  virtual_environment process(around, with.seed, 0, [&](const std::string& line) {
    if (result.log.size() < log_lines_max) result.log.push_back(line);
  });
  around.start("driver", [&] { drive(process, with, program); });
  around.run();

  result.failure = around.failure();
  const std::int64_t left = rt::detail::cells_alive() - cells_before;
  if (result.failure.empty() && left != 0) {
    result.failure = std::to_string(left) + " cells are left over at the end";
  }
  result.trace_hash = around.hash();
  result.steps = around.steps();
  result.virtual_time = std::chrono::nanoseconds(around.now());
  result.warnings = around.warnings();
  return result;
}

void fail(const std::string& what) {
  world* here = world::active();
  if (here == nullptr) {
    std::fprintf(stderr, "roundtrip: rt::sim::fail outside a simulation: %s\n", what.c_str());
    std::abort();
  }
  here->fail(what);
  std::abort();  // not reached: a failed run goes on outside
}

bool active() noexcept { return world::active() != nullptr; }

}  // namespace rt::sim
