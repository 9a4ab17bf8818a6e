#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace bench::yardstick {

/// A pool with nothing that a pool could do without: a queue, a lock, and one allocation a job for
/// its function, its result and whether that is there. Who waits helps; idle workers yield.
class lean_pool {
 public:
  struct job {
    job() = default;
    job(const job&) = delete;
    job& operator=(const job&) = delete;
    virtual ~job() = default;
    virtual void run() = 0;
    std::atomic<bool> done = false;
  };

  template <class F>
  struct job_of final : job {
    explicit job_of(F its_call) : call(std::move(its_call)) {}
    void run() override { result = call(); }
    F call;
    decltype(call()) result{};
  };

  /// What `submit` returns and `get` takes.
  template <class F>
  using handle = std::unique_ptr<job_of<F>>;

  explicit lean_pool(int workers) {
    for (int i = 0; i < workers; ++i) threads_.emplace_back([this] { work(); });
  }

  lean_pool(const lean_pool&) = delete;
  lean_pool& operator=(const lean_pool&) = delete;

  ~lean_pool() {
    stop_.store(true);
    for (auto& t : threads_) t.join();
  }

  template <class F>
  handle<F> submit(F call) {
    auto made = std::make_unique<job_of<F>>(std::move(call));
    const std::lock_guard lock(mutex_);
    queue_.push_back(made.get());
    return made;
  }

  template <class F>
  auto get(handle<F> j) {
    while (!j->done.load(std::memory_order_acquire)) {
      if (!run_one()) std::this_thread::yield();
    }
    return std::move(j->result);
  }

 private:
  bool run_one() {
    job* j = nullptr;
    {
      const std::lock_guard lock(mutex_);
      if (queue_.empty()) return false;
      j = queue_.front();
      queue_.pop_front();
    }
    j->run();
    j->done.store(true, std::memory_order_release);
    return true;
  }

  void work() {
    while (!stop_.load(std::memory_order_relaxed)) {
      if (!run_one()) std::this_thread::yield();
    }
  }

  std::mutex mutex_;
  std::deque<job*> queue_;
  std::atomic<bool> stop_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace bench::yardstick
