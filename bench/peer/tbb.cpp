#include "peer/tbb.hpp"

#include <oneapi/tbb/flow_graph.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/task_group.h>

#include <array>
#include <future>
#include <memory>
#include <vector>

#include "harness/work.hpp"

namespace bench::tbb_peer {
namespace {

constexpr std::size_t window = 1024;

int increment(int x) { return x + 1; }

/// Bounds TBB's threads while it lives, and ends them with it.
class scheduler {
 public:
  explicit scheduler(const session& s)
      : limit_(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(s.cores)),
        handle_(tbb::attach{}) {}

  scheduler(const scheduler&) = delete;
  scheduler& operator=(const scheduler&) = delete;

  ~scheduler() { tbb::finalize(handle_, std::nothrow); }

 private:
  tbb::global_control limit_;
  tbb::task_scheduler_handle handle_;
};

/// A graph of continue nodes, one a task, that write their values into rows.
class flow_of {
 public:
  explicit flow_of(const graph::shape& s) : shape_(s), values_(s.steps.size()) {
    nodes_.reserve(s.tasks());
    std::size_t before = 0;
    for (std::size_t t = 0; t < s.steps.size(); ++t) {
      values_[t].resize(s.steps[t].size());
      const std::size_t first = nodes_.size();
      for (std::size_t i = 0; i < s.steps[t].size(); ++i) {
        nodes_.push_back(std::make_unique<node>(
            flow_, [this, t, i](const tbb::flow::continue_msg&) { compute(t, i); }));
        for (const std::size_t from : s.steps[t][i]) {
          tbb::flow::make_edge(*nodes_[before + from], *nodes_.back());
        }
      }
      before = first;
    }
  }

  const std::vector<std::uint64_t>& run(std::uint64_t iterations) {
    iterations_ = iterations;
    for (std::size_t i = 0; i < shape_.steps[0].size(); ++i) {
      nodes_[i]->try_put(tbb::flow::continue_msg{});
    }
    flow_.wait_for_all();
    return values_.back();
  }

 private:
  using node = tbb::flow::continue_node<tbb::flow::continue_msg>;

  void compute(std::size_t t, std::size_t i) {
    std::uint64_t sum = i;
    for (const std::size_t from : shape_.steps[t][i]) sum = graph::mix(sum, values_[t - 1][from]);
    values_[t][i] = spin(iterations_, sum);
  }

  const graph::shape& shape_;
  std::uint64_t iterations_ = 0;
  std::vector<std::vector<std::uint64_t>> values_;
  tbb::flow::graph flow_;
  std::vector<std::unique_ptr<node>> nodes_;
};

}  // namespace

double group_round_trip(const session& s) {
  const scheduler threads(s);
  tbb::task_group group;
  return seconds_each(s, window, [&] {
    for (std::size_t i = 0; i < window; ++i) {
      int result = 0;
      group.run([&result, i] { result = increment(static_cast<int>(i)); });
      group.wait();
      keep(result);
    }
  });
}

double future_round_trip(const session& s) {
  const scheduler threads(s);
  tbb::task_arena arena(s.cores);
  constexpr std::size_t count = 64;
  return seconds_each(s, count, [&] {
    for (std::size_t i = 0; i < count; ++i) {
      std::promise<int> promise;
      arena.enqueue([&promise, i] { promise.set_value(increment(static_cast<int>(i))); });
      keep(promise.get_future().get());
    }
  });
}

double group_window(const session& s) {
  const scheduler threads(s);
  tbb::task_group group;
  std::array<int, window> results{};
  return rate(s, window, [&] {
    for (std::size_t i = 0; i < window; ++i) {
      group.run([&results, i] { results[i] = increment(static_cast<int>(i)); });
    }
    group.wait();
    keep(results.data());
  });
}

double group_work(const session& s, double microseconds) {
  const scheduler threads(s);
  const auto iterations = iterations_for(microseconds);
  tbb::task_group group;
  std::array<std::uint64_t, window> results{};
  return rate(s, window, [&] {
    for (std::size_t i = 0; i < window; ++i) {
      group.run([&results, i, iterations] { results[i] = spin(iterations, i); });
    }
    group.wait();
    keep(results.data());
  });
}

double flow_graph_metg(const session& s, graph::pattern p, bool made_once) {
  const scheduler threads(s);
  const graph::shape& shape = graph::shape_of(p);
  if (!made_once) {
    return graph::metg(s, shape, [&](std::uint64_t n) { return flow_of(shape).run(n); });
  }
  flow_of flow(shape);
  return graph::metg(s, shape, [&](std::uint64_t n) { return flow.run(n); });
}

}  // namespace bench::tbb_peer
