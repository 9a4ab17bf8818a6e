// expect: rt::run: the driver is called as driver()
#include <rt/rt.hpp>

int call(int argc, char** argv) {
#ifdef OFFENDING
  return rt::run(argc, argv, [](int) { return 0; });
#endif
  return rt::run(argc, argv, [] { return 0; });
}
