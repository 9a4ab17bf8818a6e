// expect: rt::remote: too many arguments
#include <rt/rt.hpp>

int add(int x, int y) { return x + y; }

void call() {
  rt::remote<add>(1, 2);
#ifdef OFFENDING
  rt::remote<add>(1, 2, 3);
#endif
}
