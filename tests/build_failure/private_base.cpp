// expect: rt::remote: the first argument of a method is the actor
#include <rt/rt.hpp>

struct counter {
  int n = 0;
  int increment() { return ++n; }
};
struct open_counter : counter {};
class closed_counter : counter {};

void call(const rt::actor<open_counter>& open, const rt::actor<closed_counter>& closed) {
  rt::remote<&counter::increment>(open);
#ifdef OFFENDING
  rt::remote<&counter::increment>(closed);
#endif
  static_cast<void>(closed);
}
