// expect: rt::remote: the first argument of a method is the actor
#include <rt/rt.hpp>

struct counter {
  int read() const { return 0; }
};
struct special_counter : counter {};
struct other {};

void call(const rt::actor<special_counter>& special, const rt::actor<other>& wrong) {
  rt::remote<&counter::read>(special);
#ifdef OFFENDING
  rt::remote<&counter::read>(wrong);
#endif
  static_cast<void>(wrong);
}
