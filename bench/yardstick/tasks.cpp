#include <array>
#include <future>
#include <thread>
#include <vector>

#include "harness/work.hpp"
#include "yardstick/lean_pool.hpp"
#include "yardstick/textbook_pool.hpp"
#include "yardstick/yardstick.hpp"

namespace bench::yardstick {
namespace {

constexpr std::size_t window = 1024;

int increment(int x) { return x + 1; }

/// The call of a tiny function with its argument, as a pool takes it.
struct tiny {
  int argument;
  int operator()() const { return increment(argument); }
};

using tiny_handle = lean_pool::handle<tiny>;

}  // namespace

double lean_pool_round_trip(const session& s) {
  lean_pool pool(0);
  return seconds_each(s, window, [&] {
    for (std::size_t i = 0; i < window; ++i) {
      keep(pool.get<tiny>(pool.submit(tiny{static_cast<int>(i)})));
    }
  });
}

double textbook_pool_round_trip(const session& s) {
  textbook_pool pool(1);
  constexpr std::size_t count = 64;
  return seconds_each(s, count, [&] {
    for (std::size_t i = 0; i < count; ++i) {
      keep(pool.submit(tiny{static_cast<int>(i)}).get());
    }
  });
}

double lean_pool_window(const session& s, int workers) {
  lean_pool pool(workers);
  std::array<tiny_handle, window> jobs;
  return rate(s, window, [&] {
    for (std::size_t i = 0; i < window; ++i) jobs[i] = pool.submit(tiny{static_cast<int>(i)});
    for (auto& j : jobs) keep(pool.get<tiny>(std::move(j)));
  });
}

double std_async_window(const session& s) {
  constexpr std::size_t count = 64;  // each is a thread: a thousand at once would measure the limit
  std::vector<std::future<int>> results(count);
  return rate(s, count, [&] {
    for (std::size_t i = 0; i < count; ++i) {
      results[i] = std::async(std::launch::async, increment, static_cast<int>(i));
    }
    for (auto& r : results) keep(r.get());
  });
}

double one_thread(const session& s, double microseconds) {
  const auto iterations = iterations_for(microseconds);
  constexpr std::size_t count = 256;
  return rate(s, count, [&] {
    for (std::size_t i = 0; i < count; ++i) keep(spin(iterations, i));
  });
}

double split_threads(const session& s, double microseconds) {
  const auto iterations = iterations_for(microseconds);
  const auto threads = static_cast<std::size_t>(s.cores);
  const std::size_t count = s.scaled(static_cast<std::size_t>(20'000 / microseconds)) * threads;
  return rate(s, count, [&] {
    const auto share = [&] {
      for (std::size_t i = 0; i < count / threads; ++i) keep(spin(iterations, i));
    };
    std::vector<std::thread> others;
    for (std::size_t t = 1; t < threads; ++t) others.emplace_back(share);
    share();
    for (auto& t : others) t.join();
  });
}

double queued_million_seconds(const session& s) {
  const std::size_t count = s.scaled(1'000'000);
  const auto begin = steady::now();
  lean_pool pool(0);
  std::vector<tiny_handle> jobs(count);
  for (std::size_t i = 0; i < count; ++i) jobs[i] = pool.submit(tiny{static_cast<int>(i)});
  for (auto& j : jobs) keep(pool.get<tiny>(std::move(j)));
  return seconds_since(begin);
}

}  // namespace bench::yardstick
