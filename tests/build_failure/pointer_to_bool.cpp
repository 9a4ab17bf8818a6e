// expect: rt::remote: argument 1 does not fit: floating to integral and pointer to bool
#include <rt/rt.hpp>

bool invert(bool x) { return !x; }

void call() {
  rt::remote<invert>(true);
#ifdef OFFENDING
  rt::remote<invert>("text");
#endif
}
