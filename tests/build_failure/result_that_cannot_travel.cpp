// expect: rt: a function, a pointer to one and a std::function cannot travel
#include <functional>

#include <rt/rt.hpp>

int number() { return 1; }
#ifdef OFFENDING
std::function<int()> maker() { return number; }
#endif

void call() {
  rt::remote<number>();
#ifdef OFFENDING
  rt::remote<maker>();
#endif
}
