// expect: rt: a task is awaited once: give it away
#include <rt/rt.hpp>

rt::task<int> inner() { co_return 1; }

rt::task<int> awaits() {
  rt::task<int> later = inner();
#ifdef OFFENDING
  co_return co_await later;
#else
  co_return co_await std::move(later);
#endif
}
