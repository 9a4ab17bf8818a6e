// expect: rt::remote: argument 1 does not fit: floating to integral
#include <rt/rt.hpp>

int half(int x) { return x / 2; }

void call() {
  rt::remote<half>(3);
#ifdef OFFENDING
  rt::remote<half>(3.5);
#endif
}
