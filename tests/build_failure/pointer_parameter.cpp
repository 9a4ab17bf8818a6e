// expect: rt::remote: parameter 2 is a pointer
#include <rt/rt.hpp>

int first(int count, const int* values) { return count > 0 ? values[0] : 0; }
int first_of(int count, const std::vector<int>& values) { return count > 0 ? values[0] : 0; }

void call() {
  rt::remote<first_of>(1, std::vector<int>{1});
#ifdef OFFENDING
  const int x = 1;
  rt::remote<first>(1, &x);
#endif
}
