#include <chrono>
#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <rt/rt.hpp>
#include <rt/sim.hpp>

#include "sim/random_stream.hpp"
#include "sim/workload.hpp"

// A random graph of tasks, each waiting for some before it; the values are checked against a plain
// evaluation, and that each task ran once, or not at all if one before it failed.

namespace {

using value = std::uint64_t;

struct node {
  std::vector<std::size_t> arguments;
  value own = 0;
  bool throws = false;
  std::int64_t sleep_ns = 0;
  int children = 0;
  // What must come of it.
  value expected = 0;
  bool fails = false;
  std::size_t failed_first = 0;  ///< the node whose exception it ends with
};

std::vector<node> graph;
std::vector<int> runs;
std::map<std::size_t, int> callbacks;

value combined(value own, const std::vector<value>& arguments) {
  value result = rt::sim::random_stream::mixed(own);
  for (value each : arguments) result = rt::sim::random_stream::mixed(result * 31 + each);
  return result;
}

std::string text_of(std::size_t index) { return "node " + std::to_string(index); }

value child(value own) { return own * own; }

value work(std::uint64_t index, const std::vector<value>& arguments) {
  ++runs[index];
  const node& self = graph[index];
  if (self.sleep_ns != 0) {
    rt::this_task::sleep_for(std::chrono::nanoseconds(self.sleep_ns));
  }
  value extra = 0;
  std::vector<rt::object_ref<value>> children;
  for (int i = 0; i < self.children; ++i) {
    children.push_back(rt::remote<child>(self.own + static_cast<value>(i)));
  }
  for (value each : rt::get(children)) extra += each;
  if (self.throws) throw std::out_of_range(text_of(index));
  return combined(self.own + extra, arguments);
}

void plan(rt::sim::random_stream& numbers) {
  graph.assign(static_cast<std::size_t>(numbers.between(3, 40)), {});
  runs.assign(graph.size(), 0);
  callbacks.clear();
  const bool with_failures = numbers.one_in(2);
  for (std::size_t i = 0; i < graph.size(); ++i) {
    node& made = graph[i];
    made.own = numbers.next();
    const std::uint64_t wanted = i == 0 ? 0 : numbers.below(4);
    for (std::uint64_t k = 0; k < wanted; ++k) made.arguments.push_back(numbers.below(i));
    made.throws = with_failures && numbers.one_in(12);
    if (numbers.one_in(6)) made.sleep_ns = numbers.between(0, 3'000'000);
    if (numbers.one_in(5)) made.children = static_cast<int>(numbers.between(1, 4));

    value extra = 0;
    for (int k = 0; k < made.children; ++k) extra += child(made.own + static_cast<value>(k));
    std::vector<value> inputs;
    for (std::size_t argument : made.arguments) {
      inputs.push_back(graph[argument].expected);
      if (graph[argument].fails && !made.fails) {
        made.fails = true;
        made.failed_first = graph[argument].failed_first;
      }
    }
    made.expected = combined(made.own + extra, inputs);
    if (!made.fails && made.throws) {
      made.fails = true;
      made.failed_first = i;
    }
  }
}

void check_end(std::size_t index, const rt::object_ref<value>& ref) {
  const node& self = graph[index];
  try {
    const value found = rt::get(ref);
    rt::sim::check(!self.fails, text_of(index) + " should have failed");
    rt::sim::check(found == self.expected, text_of(index) + " has a wrong value");
  } catch (const std::out_of_range& thrown) {
    rt::sim::check(self.fails, text_of(index) + " failed");
    // Of several failed arguments any may be the one that is told.
    const std::string said = thrown.what();
    rt::sim::check(said.find("node ") == 0, text_of(index) + " failed with " + said);
  }
}

}  // namespace

void workloads::task_graph(std::uint64_t seed) {
  rt::sim::random_stream numbers(seed, 10);
  plan(numbers);
  std::vector<rt::object_ref<value>> refs;
  for (std::size_t i = 0; i < graph.size(); ++i) {
    std::vector<rt::object_ref<value>> arguments;
    for (std::size_t argument : graph[i].arguments) arguments.push_back(refs[argument]);
    refs.push_back(rt::remote<work>(i, std::move(arguments)));
    if (numbers.one_in(8)) {
      rt::on_ready(refs.back(), [i] { ++callbacks[i]; });
      callbacks[i] += 0;
    }
  }
  // Waited for in any order, in any way, some of them never.
  for (std::size_t round = 0; round < graph.size(); ++round) {
    const std::size_t index = numbers.below(graph.size());
    switch (numbers.below(5)) {
      case 0: {
        const std::size_t other = numbers.below(graph.size());
        const auto found = rt::wait({refs[index], refs[other]}, {.num_returns = 1});
        rt::sim::check(found.ready.size() == 1, "wait did not return one");
        break;
      }
      case 1: {
        try {
          rt::get(refs[index], std::chrono::nanoseconds(numbers.between(0, 1'000'000)));
        } catch (const rt::get_timeout_error&) {
        } catch (const std::out_of_range&) {
        }
        break;
      }
      case 2:
        if (!graph[index].fails) {
          const auto pinned = rt::pin(refs[index]);
          rt::sim::check(*pinned == graph[index].expected, "pin sees another value");
        }
        break;
      default: check_end(index, refs[index]);
    }
  }
  const bool waits_for_all = !numbers.one_in(4);
  if (waits_for_all) {
    for (std::size_t i = 0; i < graph.size(); ++i) check_end(i, refs[i]);
    for (std::size_t i = 0; i < graph.size(); ++i) check_end(i, refs[i]);  // and still
    for (std::size_t i = 0; i < graph.size(); ++i) {
      bool argument_failed = false;
      for (std::size_t argument : graph[i].arguments) argument_failed |= graph[argument].fails;
      rt::sim::check(runs[i] == (argument_failed ? 0 : 1),
                     text_of(i) + " ran " + std::to_string(runs[i]) + " times");
    }
  }
}
