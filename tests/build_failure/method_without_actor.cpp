// expect: rt::remote: the first argument of a method is the actor
#include <rt/rt.hpp>

struct counter {
  int n = 0;
  int read() const { return n; }
};

void call(const rt::actor<counter>& a) {
  rt::remote<&counter::read>(a);
#ifdef OFFENDING
  rt::remote<&counter::read>(counter{});
#endif
}
