// expect: rt: co_await takes an rt::object_ref or an rt::task
#include <rt/rt.hpp>

int square(int x) { return x * x; }

rt::task<int> awaits() {
#ifdef OFFENDING
  co_await square(3);
#endif
  co_return co_await rt::remote<square>(3);
}
