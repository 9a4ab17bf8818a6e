// Coroutines: a task that waits without a thread, methods that interleave where they wait, and a
// generator whose objects are taken while it runs.
//
//     070_coroutines

#include <string>
#include <utility>
#include <vector>

#include <fmt/core.h>
#include <rt/rt.hpp>

int square(int x) { return x * x; }

// Counts as a function that returns int. While it awaits it has no thread and no CPU.
rt::task<int> sum_of_squares(int n) {
  int sum = 0;
  for (int i = 1; i <= n; ++i) sum += co_await rt::remote<square>(i);
  co_return sum;
}

// Yields objects; it waits while enough of them lie untaken.
rt::generator<int> primes(int end) {
  for (int n = 2; n < end; ++n) {
    bool prime = true;
    for (int d = 2; prime && d * d <= n; ++d) prime = n % d != 0;
    if (prime) co_yield n;
  }
}

// Other calls of the actor run while one of them waits; never two at once.
struct ledger {
  int total = 0;
  rt::task<int> add(rt::object_ref<int> amount) {
    const int got = co_await std::move(amount);
    co_return total += got;
  }
  int read() const { return total; }
};

int main(int argc, char** argv) {
  return rt::run(argc, argv, [] {
    const int sum = rt::get(rt::remote<sum_of_squares>(10));
    fmt::print("the sum of ten squares is {}\n", sum);  // 385

    int found = 0;
    int last = 0;
    for (const rt::object_ref<int>& prime : rt::remote<primes>(1000)) {
      last = rt::get(prime);
      ++found;
    }
    fmt::print("{} primes below 1000, the last is {}\n", found, last);  // 168, 997

    const rt::actor<ledger> book = rt::spawn<ledger>();
    std::vector<rt::object_ref<int>> added;
    for (int i = 1; i <= 4; ++i) {
      added.push_back(rt::remote<&ledger::add>(book, rt::remote<sum_of_squares>(i)));
    }
    rt::get(added);
    const int total = rt::get(rt::remote<&ledger::read>(book));
    fmt::print("the ledger's total is {}\n", total);  // 50
    return sum == 385 && found == 168 && total == 50 ? 0 : 1;
  });
}
