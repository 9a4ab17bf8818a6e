// clang refuses it as a template argument before the library sees it; g++ takes constant captures.
// expect(gcc): rt::remote: a lambda that captures cannot be called remotely
// expect(clang): structural
#include <rt/rt.hpp>

void call() {
  rt::remote<[](int x) { return x; }>(1);
#ifdef OFFENDING
  rt::remote<[y = 1](int x) { return x + y; }>(1);
#endif
}
