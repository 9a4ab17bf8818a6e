// expect: rt::remote: parameter 1 is a reference that could be written through
#include <rt/rt.hpp>

void add_one(int& x) { ++x; }
int plus_one(const int& x) { return x + 1; }

void call() {
  rt::remote<plus_one>(1);
#ifdef OFFENDING
  int x = 1;
  rt::remote<add_one>(x);
#endif
}
