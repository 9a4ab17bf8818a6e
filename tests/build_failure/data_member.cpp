// expect: rt::remote: a data member cannot be called
#include <rt/rt.hpp>

struct counter {
  int n = 0;
  int read() const { return n; }
};

void call(const rt::actor<counter>& a) {
  rt::remote<&counter::read>(a);
#ifdef OFFENDING
  rt::remote<&counter::n>(a);
#endif
}
