// expect: rt::remote: this kind of function cannot be called remotely
#include <rt/rt.hpp>

struct counter {
  int n = 0;
  int increment() { return ++n; }
  int peek() volatile { return n; }
};

void call(const rt::actor<counter>& actor) {
  rt::remote<&counter::increment>(actor);
#ifdef OFFENDING
  rt::remote<&counter::peek>(actor);
#endif
}
