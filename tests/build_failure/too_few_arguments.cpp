// expect: rt::remote: too few arguments
#include <rt/rt.hpp>

int add(int x, int y = 1) { return x + y; }

void call() {
  rt::remote<add>(1, 2);
#ifdef OFFENDING
  rt::remote<add>(1);
#endif
}
