// expect: rt::remote: argument 1 does not fit: floating to integral
#include <rt/rt.hpp>

int identity(int x) { return x; }
double real(double x) { return x; }

void call(const rt::object_ref<int>& whole, const rt::object_ref<double>& fraction) {
  rt::remote<real>(whole);
  rt::remote<real>(fraction);
#ifdef OFFENDING
  rt::remote<identity>(fraction);
#endif
}
