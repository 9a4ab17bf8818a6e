#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "yardstick/yardstick.hpp"

namespace bench::yardstick {
namespace {

struct alignas(64) word {
  std::atomic<int> value = 0;
};

void futex_wait(std::atomic<int>& w, int seen) {
  syscall(SYS_futex, &w, FUTEX_WAIT_PRIVATE, seen, nullptr, nullptr, 0);
}

void futex_wake(std::atomic<int>& w) {
  syscall(SYS_futex, &w, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

/// Answers each question with its number; ends at the question -1.
void answer_spinning(word& question, word& answer) {
  for (int last = 0;;) {
    const int q = question.value.load(std::memory_order_acquire);
    if (q == -1) return;
    if (q != last) answer.value.store(last = q, std::memory_order_release);
  }
}

void answer_sleeping(word& question, word& answer) {
  for (int last = 0;;) {
    const int q = question.value.load(std::memory_order_acquire);
    if (q == -1) return;
    if (q == last) {
      futex_wait(question.value, last);
    } else {
      answer.value.store(last = q, std::memory_order_release);
    }
  }
}

void await(const word& answer, int number) {
  while (answer.value.load(std::memory_order_acquire) != number) {
  }
}

}  // namespace

double cache_line_round_trip(const session& s) {
  word question;
  word answer;
  std::thread other([&] { answer_spinning(question, answer); });
  int number = 0;
  constexpr std::size_t count = 1000;
  const double each = seconds_each(s, count, [&] {
    for (std::size_t i = 0; i < count; ++i) {
      question.value.store(++number, std::memory_order_release);
      await(answer, number);
    }
  });
  question.value.store(-1);
  other.join();
  return each;
}

double futex_round_trip_after_idle(const session& s) {
  word question;
  word answer;
  std::thread other([&] { answer_sleeping(question, answer); });
  std::vector<double> each;
  int number = 0;
  const auto start = steady::now();
  do {
    const auto idle = steady::now();
    while (seconds_since(idle) < 1e-3) {
    }
    const auto begin = steady::now();
    question.value.store(++number, std::memory_order_release);
    futex_wake(question.value);
    await(answer, number);
    each.push_back(seconds_since(begin));
  } while (seconds_since(start) < s.seconds && !s.quick);
  question.value.store(-1);
  futex_wake(question.value);
  other.join();
  std::sort(each.begin(), each.end());
  return each[each.size() / 2];
}

}  // namespace bench::yardstick
