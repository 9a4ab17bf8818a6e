// Tasks that take the results of tasks: a reference as an argument is waited for, by no thread.
//
//     020_task_tree

#include <cstddef>
#include <utility>
#include <vector>

#include <fmt/core.h>
#include <rt/rt.hpp>

int count_primes(int from, int to) {
  int found = 0;
  for (int n = from; n < to; ++n) {
    bool prime = n > 1;
    for (int d = 2; prime && d * d <= n; ++d) prime = n % d != 0;
    found += prime ? 1 : 0;
  }
  return found;
}

int add(int a, int b) { return a + b; }

int main(int argc, char** argv) {
  return rt::run(argc, argv, [] {
    constexpr int end = 1'000'000;
    constexpr int step = 10'000;
    std::vector<rt::object_ref<int>> level;
    for (int from = 0; from < end; from += step) {
      level.push_back(rt::remote<count_primes>(from, from + step));
    }
    // Pairs, pairs of pairs, and so on: nothing here waits, the tree is only described.
    while (level.size() > 1) {
      std::vector<rt::object_ref<int>> above;
      for (std::size_t i = 0; i + 1 < level.size(); i += 2) {
        above.push_back(rt::remote<add>(level[i], level[i + 1]));
      }
      if (level.size() % 2 != 0) above.push_back(level.back());
      level = std::move(above);
    }
    const int found = rt::get(level.front());
    fmt::print("{} primes below {}\n", found, end);  // 78498 primes below 1000000
    return found == 78498 ? 0 : 1;
  });
}
