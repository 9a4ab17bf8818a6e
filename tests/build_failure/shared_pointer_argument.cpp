// expect: rt: std::shared_ptr and std::weak_ptr cannot travel
#include <rt/rt.hpp>

int look(const std::shared_ptr<int>& x) { return *x; }
int look_unique(const std::unique_ptr<int>& x) { return *x; }

void call() {
  rt::remote<look_unique>(std::make_unique<int>(1));
#ifdef OFFENDING
  rt::remote<look>(std::make_shared<int>(1));
#endif
}
