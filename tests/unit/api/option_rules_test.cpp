#include "api/option_rules.hpp"

#include <chrono>
#include <cmath>
#include <string>

#include "rt/core/error.hpp"
#include "support/catch.hpp"

namespace {

using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;

const auto no_duration = std::chrono::duration<double>(std::nan(""));

/// Returns what `validate` has to say about the options; nothing where they are right.
template <class Options>
std::string complaint(const Options& options) {
  try {
    rt::validate(options);
  } catch (const rt::config_error& error) {
    CHECK(error.outcome() == rt::outcome::not_started);
    return error.what();
  }
  return {};
}

TEST_CASE("options: what is not given has a meaning", "[api]") {
  CHECK(complaint(rt::task_options{}).empty());
  CHECK(complaint(rt::actor_options{}).empty());
  CHECK(complaint(rt::call_options{}).empty());
  CHECK(complaint(rt::config{}).empty());
}

TEST_CASE("options: defaults are those of the contract", "[api]") {
  const rt::task_options task;
  CHECK(task.num_cpus == rt::amount(1));
  CHECK(task.num_gpus == rt::amount(0));
  CHECK(task.memory == rt::byte_count(0));
  CHECK(task.resources.empty());
  CHECK(task.max_retries == rt::count(3));
  CHECK_FALSE(task.retry_exceptions);
  CHECK(task.deadline.is_forever());
  CHECK(task.in_caller);
  const rt::actor_options actor;
  CHECK_FALSE(actor.num_cpus.has_value());
  CHECK(actor.max_concurrency == rt::count(1));
  CHECK_FALSE(actor.max_pending_calls.has_value());
  const rt::config config;
  CHECK(config.driver_executes);
  CHECK(config.max_queued_tasks == rt::count(10'000'000));
  CHECK(config.unschedulable_timeout == rt::time_limit(10min));
}

TEST_CASE("options: any subset of members can be given, by variables of any type", "[api]") {
  const int i = 2;
  const unsigned u = 3;
  const double d = 0.5;
  const float f = 0.25f;
  const std::int64_t n = 100;
  const std::size_t z = 4;
  CHECK(complaint(rt::task_options{.num_cpus = i, .memory = n, .max_retries = u}).empty());
  CHECK(complaint(rt::task_options{.name = "x", .num_gpus = f, .deadline = d * 1s}).empty());
  CHECK(complaint(rt::task_options{.resources = {{"fpga", i}, {"ssd", d}}}).empty());
  CHECK(complaint(rt::task_options{.resources = {{"fpga", 1}}, .in_caller = false}).empty());
  CHECK(complaint(rt::task_options{.num_cpus = z, .retry_exceptions = true}).empty());
  CHECK(complaint(rt::actor_options{.name = "a", .get_if_exists = true}).empty());
  CHECK(complaint(rt::actor_options{.name = "a", .ns = "b"}).empty());
  CHECK(complaint(rt::actor_options{.num_cpus = d, .memory = z, .max_concurrency = i}).empty());
  CHECK(complaint(rt::actor_options{.num_cpus = 0, .max_pending_calls = u}).empty());
  CHECK(complaint(rt::call_options{.deadline = 1500ms}).empty());
  CHECK(complaint(rt::config{.num_cpus = i, .resources = {{"fpga", 1}}}).empty());
  CHECK(complaint(rt::config{.memory = n, .distance = rt::distance::process}).empty());
}

TEST_CASE("task_options: a value without meaning is named, with what the option takes", "[api]") {
  using o = rt::task_options;
  CHECK_THAT(complaint(o{.num_cpus = -1}),
             ContainsSubstring("task_options.num_cpus = -1: takes a number from 0"));
  CHECK_THAT(complaint(o{.num_cpus = std::nan("")}), ContainsSubstring("num_cpus = not a number"));
  CHECK_THAT(complaint(o{.num_cpus = 1e-9}), ContainsSubstring("num_cpus = less than 0.0001"));
  CHECK_THAT(complaint(o{.num_gpus = -0.5}), ContainsSubstring("num_gpus = -0.5"));
  CHECK_THAT(complaint(o{.memory = -1}), ContainsSubstring("memory = -1"));
  CHECK_THAT(complaint(o{.memory = 0.5}), ContainsSubstring("memory = not a whole number"));
  CHECK_THAT(complaint(o{.max_retries = -2}), ContainsSubstring("max_retries = -2"));
  CHECK_THAT(complaint(o{.max_retries = 1.5}), ContainsSubstring("max_retries = not a whole"));
  CHECK_THAT(complaint(o{.deadline = no_duration}), ContainsSubstring("deadline = not a number"));
  CHECK_THAT(complaint(o{.name = std::string(256, 'x')}),
             ContainsSubstring("task_options.name = x"));
  CHECK(complaint(o{.name = std::string(255, 'x')}).empty());
  CHECK(complaint(o{.max_retries = -1}).empty());
  CHECK(complaint(o{.deadline = -1s}).empty());
}

TEST_CASE("task_options: resources need a name of their own each, and an amount", "[api]") {
  using o = rt::task_options;
  const auto refused = ContainsSubstring("task_options.resources = ");
  CHECK_THAT(complaint(o{.resources = {{"", 1}}}), refused);
  CHECK_THAT(complaint(o{.resources = {{"a", -1}}}), refused);
  CHECK_THAT(complaint(o{.resources = {{"a", 1}, {"a", 1}}}), refused);
  CHECK_THAT(complaint(o{.resources = {{"CPU", 1}}}), refused);
  CHECK_THAT(complaint(o{.resources = {{"GPU", 1}}}), refused);
  CHECK_THAT(complaint(o{.resources = {{"memory", 1}}}), refused);
  CHECK_THAT(complaint(o{.resources = {{"a b", 1}}}), refused);
  CHECK_THAT(complaint(o{.resources = {{"a,b", 1}}}), refused);
  CHECK_THAT(complaint(o{.resources = {{"a=b", 1}}}), refused);
  CHECK_THAT(complaint(o{.resources = {{"a\nb", 1}}}), refused);
  CHECK_THAT(complaint(o{.resources = {{std::string(256, 'a'), 1}}}), refused);
  CHECK(complaint(o{.resources = {{"tpu:v4/\xc3\xa4", 0}}}).empty());
}

TEST_CASE("actor_options: a value without meaning is named, with what the option takes", "[api]") {
  using o = rt::actor_options;
  CHECK_THAT(complaint(o{.num_cpus = -1}), ContainsSubstring("actor_options.num_cpus = -1"));
  CHECK_THAT(complaint(o{.num_gpus = 1e99}), ContainsSubstring("num_gpus = too large a number"));
  CHECK_THAT(complaint(o{.memory = -5}), ContainsSubstring("memory = -5"));
  CHECK_THAT(complaint(o{.resources = {{"CPU", 1}}}), ContainsSubstring("resources = CPU=1"));
  CHECK_THAT(complaint(o{.max_restarts = -2}), ContainsSubstring("max_restarts = -2"));
  CHECK(complaint(o{.max_restarts = -1}).empty());
  CHECK_THAT(complaint(o{.max_concurrency = 0}), ContainsSubstring("max_concurrency = 0"));
  CHECK_THAT(complaint(o{.max_concurrency = 10'001}), ContainsSubstring("max_concurrency = 10001"));
  CHECK_THAT(complaint(o{.max_pending_calls = 0}), ContainsSubstring("max_pending_calls = 0"));
  CHECK_THAT(complaint(o{.max_pending_calls = -1}), ContainsSubstring("max_pending_calls = -1"));
  CHECK_THAT(complaint(o{.get_if_exists = true}), ContainsSubstring("get_if_exists = true"));
  CHECK_THAT(complaint(o{.name = std::string(256, 'x')}), ContainsSubstring("actor_options.name"));
  CHECK_THAT(complaint(o{.ns = "a"}), ContainsSubstring("ns = a"));
  CHECK_THAT(complaint(o{.name = "a", .ns = std::string(256, 'x')}),
             ContainsSubstring("actor_options.ns"));
}

TEST_CASE("call_options: a value without meaning is named", "[api]") {
  CHECK_THAT(complaint(rt::call_options{.deadline = no_duration}),
             ContainsSubstring("call_options.deadline = not a number"));
  CHECK_THAT(complaint(rt::call_options{.name = std::string(256, 'x')}),
             ContainsSubstring("call_options.name"));
}

TEST_CASE("config: a value without meaning is named, with what the member takes", "[api]") {
  using o = rt::config;
  CHECK_THAT(complaint(o{.num_cpus = -1}),
             ContainsSubstring("config.num_cpus = -1: takes a number"));
  CHECK_THAT(complaint(o{.num_gpus = -1}), ContainsSubstring("num_gpus = -1"));
  CHECK_THAT(complaint(o{.memory = -1}), ContainsSubstring("memory = -1"));
  CHECK_THAT(complaint(o{.resources = {{"GPU", 1}}}), ContainsSubstring("resources = GPU=1"));
  CHECK_THAT(complaint(o{.max_queued_tasks = 0}), ContainsSubstring("max_queued_tasks = 0"));
  CHECK_THAT(complaint(o{.shutdown_timeout = no_duration}), ContainsSubstring("shutdown_timeout"));
  CHECK_THAT(complaint(o{.unschedulable_timeout = no_duration}),
             ContainsSubstring("unschedulable_timeout"));
}

}  // namespace
