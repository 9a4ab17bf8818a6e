// expect: rt::remote: this kind of function cannot be called remotely
#include <rt/rt.hpp>

struct counter {
  int n = 0;
  int read() const { return n; }
  int take() && { return n; }
};

void call(const rt::actor<counter>& a) {
  rt::remote<&counter::read>(a);
#ifdef OFFENDING
  rt::remote<&counter::take>(a);
#endif
}
