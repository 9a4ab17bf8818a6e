#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "harness/machine.hpp"
#include "ours/local.hpp"
#include "ours/ours.hpp"

namespace bench::ours {
namespace {

struct counter {
  int n = 0;
  int add(int x) { return n += x; }
};

struct caller {
  int drive(const rt::actor<counter>& whom, int times) {
    int last = 0;
    for (int i = 0; i < times; ++i) last = rt::get(rt::remote<&counter::add>(whom, 1));
    return last;
  }
};

int churn(int times) {
  int sum = 0;
  for (int i = 0; i < times; ++i)
    sum += rt::get(rt::remote<&counter::add>(rt::spawn<counter>(), 1));
  return sum;
}

std::vector<rt::actor<counter>> make_actors(std::size_t count) {
  std::vector<rt::actor<counter>> actors(count);
  std::vector<rt::object_ref<int>> answers(count);
  for (auto& a : actors) a = rt::spawn<counter>();
  for (std::size_t i = 0; i < count; ++i) answers[i] = rt::remote<&counter::add>(actors[i], 1);
  for (auto& a : answers) keep(rt::get(std::move(a)));
  return actors;
}

}  // namespace

double actor_to_actor(const session& s) {
  const rt::runtime runtime{local(s)};
  const auto whom = rt::spawn<counter>();
  const auto from = rt::spawn<caller>();
  constexpr int count = 5000;
  return seconds_each(s, count,
                      [&] { keep(rt::get(rt::remote<&caller::drive>(from, whom, count))); });
}

double thread_to_actor(const session& s) {
  const rt::runtime runtime{local(s)};
  const auto whom = rt::spawn<counter>();
  constexpr int count = 1000;
  return seconds_each(s, count, [&] {
    for (int i = 0; i < count; ++i) keep(rt::get(rt::remote<&counter::add>(whom, 1)));
  });
}

double thread_to_busy_actor(const session& s) {
  const rt::runtime runtime{local(s)};
  const auto whom = rt::spawn<counter>();
  std::atomic<bool> stop = false;
  std::thread other([&] {
    while (!stop.load()) keep(rt::get(rt::remote<&counter::add>(whom, 1)));
  });
  constexpr int count = 1000;
  const double each = seconds_each(s, count, [&] {
    for (int i = 0; i < count; ++i) keep(rt::get(rt::remote<&counter::add>(whom, 1)));
  });
  stop.store(true);
  other.join();
  return each;
}

double thread_to_actor_after_idle(const session& s) {
  const rt::runtime runtime{local(s)};
  const auto whom = rt::spawn<counter>();
  std::vector<double> each;
  const auto start = steady::now();
  do {
    const auto idle = steady::now();
    while (seconds_since(idle) < 1e-3) {
    }
    const auto begin = steady::now();
    keep(rt::get(rt::remote<&counter::add>(whom, 1)));
    each.push_back(seconds_since(begin));
  } while (seconds_since(start) < s.seconds && !s.quick);
  std::sort(each.begin(), each.end());
  return each[each.size() / 2];
}

double actor_window(const session& s) {
  const rt::runtime runtime{local(s)};
  const auto whom = rt::spawn<counter>();
  constexpr std::size_t window = 256;
  std::vector<rt::object_ref<int>> refs(window);
  return rate(s, window, [&] {
    for (auto& r : refs) r = rt::remote<&counter::add>(whom, 1);
    for (auto& r : refs) keep(rt::get(std::move(r)));
  });
}

double spawn_call_end(const session& s) {
  const rt::runtime runtime{local(s)};
  constexpr int count = 2000;
  return seconds_each(s, count, [&] { keep(rt::get(rt::remote<churn>(count))); });
}

double actors_made(const session& s) {
  const std::size_t count = s.scaled(100'000);
  const rt::runtime runtime{local(s)};
  const auto begin = steady::now();
  const auto actors = make_actors(count);
  return static_cast<double>(count) / seconds_since(begin);
}

double actor_bytes(const session& s) {
  const std::size_t count = s.scaled(100'000);
  const rt::runtime runtime{local(s)};
  const std::size_t before = resident_bytes();
  const auto actors = make_actors(count);
  const std::size_t after = resident_bytes();
  return static_cast<double>(after - before) / static_cast<double>(count);
}

}  // namespace bench::ours
