// expect: rt: a raw pointer cannot travel
#include <rt/rt.hpp>

int count(const std::vector<int*>& all) { return static_cast<int>(all.size()); }
int count_values(const std::vector<int>& all) { return static_cast<int>(all.size()); }

void call() {
  rt::remote<count_values>(std::vector<int>{1});
#ifdef OFFENDING
  rt::remote<count>(std::vector<int*>{});
#endif
}
