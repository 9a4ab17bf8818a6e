// expect: rt::remote: parameter 1 is a view that could be written through
#include <rt/rt.hpp>

void clear(std::span<int> values) { values[0] = 0; }
int first(std::span<const int> values) { return values[0]; }

void call() {
  std::vector<int> values{1};
  rt::remote<first>(values);
#ifdef OFFENDING
  rt::remote<clear>(values);
#endif
}
