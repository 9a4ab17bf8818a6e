#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <rt/rt.hpp>
#include <rt/sim.hpp>

#include "sim/random_stream.hpp"
#include "sim/workload.hpp"

// Actors that several callers call at once: the calls of each come in order, one at a time, each
// once; and every object made ends.

namespace {

int objects = 0;

struct ledger {
  explicit ledger(int its_number) : number(its_number) { ++objects; }
  ledger(const ledger&) = delete;
  ledger& operator=(const ledger&) = delete;
  ~ledger() { --objects; }

  int number;
  bool inside = false;
  int total = 0;
  std::map<int, int> last_of;  // per caller

  int note(int caller, int sequence, std::int64_t sleep_ns) {
    rt::sim::check(!inside, "two calls of one actor run at once");
    inside = true;
    if (sleep_ns != 0) rt::this_task::sleep_for(std::chrono::nanoseconds(sleep_ns));
    int& last = last_of[caller];
    rt::sim::check(sequence == last + 1, "actor " + std::to_string(number) + ": call " +
                                             std::to_string(sequence) + " of caller " +
                                             std::to_string(caller) + " came after " +
                                             std::to_string(last));
    last = sequence;
    inside = false;
    return ++total;
  }
  int read() const { return total; }
  /// A call that itself waits for another actor.
  int sum_with(rt::actor<ledger> other) {
    return total + rt::get(rt::remote<&ledger::read>(other));
  }
};

int caller(int number, std::vector<rt::actor<ledger>> books, std::uint64_t seed, int calls) {
  rt::sim::random_stream numbers(seed, 20);
  std::vector<int> sequence(books.size(), 0);
  std::vector<rt::object_ref<int>> pending;
  for (int i = 0; i < calls; ++i) {
    const std::size_t book = numbers.below(books.size());
    const std::int64_t sleep_ns = numbers.one_in(6) ? numbers.between(0, 2'000'000) : 0;
    pending.push_back(rt::remote<&ledger::note>(books[book], number, ++sequence[book], sleep_ns));
    if (numbers.one_in(3)) {
      rt::sim::check(rt::get(pending.back()) > 0, "a call gave no count");
    }
    if (numbers.one_in(5)) pending.clear();
  }
  rt::get(pending);
  return calls;
}

}  // namespace

void workloads::actors(std::uint64_t seed) {
  rt::sim::random_stream numbers(seed, 12);
  objects = 0;
  {
    std::vector<rt::actor<ledger>> books;
    const auto count = numbers.between(1, 3);
    for (int i = 0; i < count; ++i) {
      books.push_back(numbers.one_in(3)
                          ? rt::spawn<ledger>.with({.name = "book " + std::to_string(i)})(i)
                          : rt::spawn<ledger>(i));
    }
    std::vector<rt::object_ref<int>> callers;
    const auto tasks = numbers.between(0, 4);
    int expected = 0;
    for (int i = 1; i <= tasks; ++i) {
      const int calls = static_cast<int>(numbers.between(1, 12));
      callers.push_back(rt::remote<caller>(i, books, numbers.next(), calls));
      expected += calls;
    }
    // The driver is a caller too.
    const int own_calls = static_cast<int>(numbers.between(0, 12));
    expected += caller(0, books, numbers.next(), own_calls);
    rt::get(callers);
    int total = 0;
    for (const auto& book : books) total += rt::get(rt::remote<&ledger::read>(book));
    rt::sim::check(total == expected, "of " + std::to_string(expected) + " calls " +
                                          std::to_string(total) + " were made");
    if (books.size() > 1 && numbers.one_in(2)) {
      const int sum = rt::get(rt::remote<&ledger::sum_with>(books[0], books[1]));
      rt::sim::check(sum <= total, "the sum of two is more than all");
    }
    if (numbers.one_in(3)) {
      // An actor that waits for itself is told so.
      try {
        rt::get(rt::remote<&ledger::sum_with>(books[0], books[0]));
        rt::sim::fail("an actor waited for itself");
      } catch (const rt::deadlock_error&) {
      }
    }
    if (numbers.one_in(3)) {
      // Calls still queued when the last handle goes are made.
      for (int i = 0; i < 3; ++i) rt::remote<&ledger::read>(books[0]);
    }
  }
}
