#include <numeric>
#include <vector>

#include "harness/machine.hpp"
#include "ours/local.hpp"
#include "ours/ours.hpp"

namespace bench::ours {
namespace {

long long sum_of(const std::vector<int>& all) {
  return std::accumulate(all.begin(), all.end(), 0LL);
}

std::vector<rt::object_ref<int>> make_many(int count) {
  std::vector<rt::object_ref<int>> refs;
  refs.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) refs.push_back(rt::put(i));
  return refs;
}

void check(long long sum, std::size_t count) {
  const auto n = static_cast<long long>(count);
  if (sum != n * (n - 1) / 2) throw std::logic_error("a sum over many objects is wrong");
}

}  // namespace

double put_get_int(const session& s) {
  const rt::runtime runtime{local(s)};
  constexpr int count = 10'000;
  return seconds_each(s, count, [] {
    for (int i = 0; i < count; ++i) keep(rt::get(rt::put(i)));
  });
}

double put_64_kib(const session& s) {
  const rt::runtime runtime{local(s)};
  const std::vector<unsigned char> source(64 * 1024, 1);
  constexpr int count = 16;
  return seconds_each(s, count, [&] {
    for (int i = 0; i < count; ++i) keep(!rt::put(source));
  });
}

double reference_bytes(const session&) { return sizeof(rt::object_ref<int>); }

double object_bytes(const session& s) {
  const rt::runtime runtime{local(s)};
  const std::size_t count = s.scaled(1'000'000);
  const std::size_t before = resident_bytes();
  std::vector<rt::object_ref<int>> refs(count);
  for (std::size_t i = 0; i < count; ++i) refs[i] = rt::put(static_cast<int>(i));
  return static_cast<double>(resident_bytes() - before) / static_cast<double>(count);
}

double arguments_100k(const session& s) {
  const rt::runtime runtime{local(s)};
  const std::size_t count = s.scaled(100'000);
  const auto begin = steady::now();
  std::vector<rt::object_ref<int>> refs(count);
  for (std::size_t i = 0; i < count; ++i) refs[i] = rt::remote<increment>(static_cast<int>(i) - 1);
  check(rt::get(rt::remote<sum_of>(refs)), count);
  return seconds_since(begin);
}

double results_100k(const session& s) {
  const rt::runtime runtime{local(s)};
  const std::size_t count = s.scaled(100'000);
  const auto begin = steady::now();
  check(sum_of(rt::get(rt::get(rt::remote<make_many>(static_cast<int>(count))))), count);
  return seconds_since(begin);
}

double objects_100k(const session& s) {
  const rt::runtime runtime{local(s)};
  const std::size_t count = s.scaled(100'000);
  std::vector<rt::object_ref<int>> refs(count);
  for (std::size_t i = 0; i < count; ++i) refs[i] = rt::put(static_cast<int>(i));
  const auto begin = steady::now();
  check(sum_of(rt::get(refs)), count);
  return seconds_since(begin);
}

double wait_one_by_one(const session& s) {
  const rt::runtime runtime{local(s)};
  constexpr int count = 1000;
  return rate(s, 1, [&] {
    std::vector<rt::object_ref<int>> pending;
    pending.reserve(count);
    for (int i = 0; i < count; ++i) pending.push_back(rt::remote<increment>(i));
    while (!pending.empty()) {
      auto waited = rt::wait(std::move(pending), {.num_returns = 1});
      keep(waited.ready.size());
      pending = std::move(waited.pending);
    }
  });
}

double wait_all_ready(const session& s) {
  const rt::runtime runtime{local(s)};
  constexpr int count = 1000;
  std::vector<rt::object_ref<int>> refs;
  for (int i = 0; i < count; ++i) refs.push_back(rt::put(i));
  return seconds_each(s, 1, [&] {
    const auto waited = rt::wait(refs, {.num_returns = count});
    if (waited.ready.size() != count) throw std::logic_error("wait did not find all ready");
  });
}

}  // namespace bench::ours
