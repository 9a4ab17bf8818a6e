// expect: rt::remote: argument 2 does not fit: it does not convert
#include <rt/rt.hpp>

int add(int a, int b) { return a + b; }
int after(int a, const rt::object_ref<void>& done) { return done ? a : 0; }

void call(const rt::object_ref<void>& done) {
  rt::remote<after>(1, done);
#ifdef OFFENDING
  rt::remote<add>(1, done);
#endif
}
