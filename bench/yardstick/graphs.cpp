#include <atomic>
#include <thread>
#include <vector>

#include "graph/metg.hpp"
#include "harness/work.hpp"
#include "yardstick/yardstick.hpp"

namespace bench::yardstick {
namespace {

/// Lets nobody on before all have come; spins, and yields if someone takes long.
class step_barrier {
 public:
  explicit step_barrier(int parties) : parties_(parties) {}

  void arrive_and_wait() {
    const int generation = generation_.load(std::memory_order_acquire);
    if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == parties_) {
      arrived_.store(0, std::memory_order_relaxed);
      generation_.store(generation + 1, std::memory_order_release);
      return;
    }
    for (int spins = 0; generation_.load(std::memory_order_acquire) == generation; ++spins) {
      if (spins > 2000) std::this_thread::yield();
    }
  }

 private:
  const int parties_;
  alignas(64) std::atomic<int> arrived_ = 0;
  alignas(64) std::atomic<int> generation_ = 0;
};

/// Threads that stay; each runs its share of every step's points, then meets the others.
class step_threads {
 public:
  step_threads(const graph::shape& s, int threads) : graph_(s), threads_(threads), meet_(threads) {
    for (int t = 1; t < threads; ++t) {
      others_.emplace_back([this, t] {
        for (;;) {
          meet_.arrive_and_wait();
          if (stop_) return;
          share(t);
        }
      });
    }
  }

  ~step_threads() {
    stop_ = true;
    meet_.arrive_and_wait();
    for (auto& t : others_) t.join();
  }

  std::vector<std::uint64_t> run(std::uint64_t iterations) {
    iterations_ = iterations;
    values_.resize(graph_.steps.size());
    for (std::size_t t = 0; t < values_.size(); ++t) values_[t].resize(graph_.steps[t].size());
    meet_.arrive_and_wait();
    share(0);
    return values_.back();
  }

 private:
  void share(int thread) {
    const auto threads = static_cast<std::size_t>(threads_);
    for (std::size_t t = 0; t < graph_.steps.size(); ++t) {
      const auto& step = graph_.steps[t];
      const std::size_t begin = step.size() * static_cast<std::size_t>(thread) / threads;
      const std::size_t end = step.size() * (static_cast<std::size_t>(thread) + 1) / threads;
      for (std::size_t i = begin; i < end; ++i) {
        std::uint64_t sum = i;
        for (const std::size_t from : step[i]) sum = graph::mix(sum, values_[t - 1][from]);
        values_[t][i] = spin(iterations_, sum);
      }
      meet_.arrive_and_wait();
    }
  }

  const graph::shape& graph_;
  const int threads_;
  step_barrier meet_;
  bool stop_ = false;
  std::uint64_t iterations_ = 0;
  std::vector<std::vector<std::uint64_t>> values_;
  std::vector<std::thread> others_;
};

}  // namespace

double threads_metg(const session& s, graph::pattern p) {
  const graph::shape& shape = graph::shape_of(p);
  step_threads threads(shape, s.cores);
  return graph::metg(s, shape, [&](std::uint64_t n) { return threads.run(n); });
}

}  // namespace bench::yardstick
