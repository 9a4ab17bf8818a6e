// expect: rt::remote: argument 1 does not fit: a move-only parameter takes no object_ref
#include <rt/rt.hpp>

int take(std::unique_ptr<int> x) { return *x; }
int look(const std::unique_ptr<int>& x) { return *x; }

void call(const rt::object_ref<std::unique_ptr<int>>& ref) {
  rt::remote<take>(std::make_unique<int>(1));
  rt::remote<look>(ref);
#ifdef OFFENDING
  rt::remote<take>(ref);
#endif
}
