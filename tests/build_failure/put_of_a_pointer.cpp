// expect: rt::put: a pointer or a view would outlive what it points to
#include <rt/rt.hpp>

void call() {
  int x = 1;
  rt::put(x);
  rt::put("text");
#ifdef OFFENDING
  rt::put(&x);
#endif
}
