#include <atomic>
#include <cstring>
#include <memory>
#include <vector>

#include "yardstick/yardstick.hpp"

namespace bench::yardstick {
namespace {

struct counted_cell {
  std::atomic<int> count = 1;
  std::atomic<int> state = 1;
  int value = 0;
};

struct base {
  virtual ~base() = default;
  virtual int increment() = 0;
};

struct counter final : base {
  int n = 0;
  int increment() override { return ++n; }
};

/// Hides the type, so that making and calling stay what they would be behind a handle.
__attribute__((noinline)) std::unique_ptr<base> make_counter() {
  return std::make_unique<counter>();
}

}  // namespace

double shared_int(const session& s) {
  constexpr std::size_t count = 10'000;
  return seconds_each(s, count, [] {
    for (std::size_t i = 0; i < count; ++i) {
      const auto p = std::make_shared<int>(static_cast<int>(i));
      keep(p.get());
      keep(*p);
    }
  });
}

double copy_64_kib(const session& s) {
  constexpr std::size_t size = 64 * 1024;
  constexpr std::size_t slots = 16;
  const std::vector<std::byte> source(size, std::byte{1});
  std::vector<std::byte> arena(size * slots, std::byte{0});
  return seconds_each(s, slots, [&] {
    for (std::size_t i = 0; i < slots; ++i) {
      std::memcpy(arena.data() + i * size, source.data(), size);
      keep(arena.data());
    }
  });
}

double copy_megabytes(const session& s) {
  const std::vector<double> source(1'000'000, 1.5);
  std::vector<double> target(source.size());
  const std::size_t bytes = source.size() * sizeof(double);
  return rate(s, bytes, [&] {
    std::memcpy(target.data(), source.data(), bytes);
    keep(target.data());
  });
}

double loop_over_counts(const session& s) {
  constexpr std::size_t count = 1000;
  std::vector<std::unique_ptr<counted_cell>> cells(count);
  for (auto& c : cells) c = std::make_unique<counted_cell>();
  return seconds_each(s, 1, [&] {
    std::vector<counted_cell*> ready;
    ready.reserve(count);
    for (const auto& c : cells) {
      if (c->state.load(std::memory_order_acquire) == 0) continue;
      c->count.fetch_add(1, std::memory_order_relaxed);
      ready.push_back(c.get());
    }
    for (auto* c : ready) c->count.fetch_sub(1, std::memory_order_acq_rel);
    keep(ready.data());
  });
}

double object_made_and_called(const session& s) {
  constexpr std::size_t count = 10'000;
  return seconds_each(s, count, [] {
    for (std::size_t i = 0; i < count; ++i) keep(make_counter()->increment());
  });
}

}  // namespace bench::yardstick
