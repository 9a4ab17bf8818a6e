// expect: rt::remote: a generic lambda has no one signature
#include <rt/rt.hpp>

void call() {
  rt::remote<[](int x) { return x; }>(1);
#ifdef OFFENDING
  rt::remote<[](auto x) { return x; }>(1);
#endif
}
