// expect: rt::remote: this kind of function cannot be called remotely
#include <rt/rt.hpp>

int any(int x, ...) { return x; }
int one(int x) { return x; }

void call() {
  rt::remote<one>(1);
#ifdef OFFENDING
  rt::remote<any>(1);
#endif
}
