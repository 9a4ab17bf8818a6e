// expect: rt::remote: argument 1 does not fit
#include <rt/rt.hpp>

rt::task<int> twice(int x) { co_return 2 * x; }

void call() {
  rt::remote<twice>(1);
#ifdef OFFENDING
  rt::remote<twice>(std::string("1"));
#endif
}
