// expect: rt::remote: argument 1 does not fit: it does not convert
#include <rt/rt.hpp>

int count(std::vector<std::unique_ptr<int>> all) { return static_cast<int>(all.size()); }

void call(std::vector<std::unique_ptr<int>> all) {
#ifdef OFFENDING
  rt::remote<count>(all);
#endif
  rt::remote<count>(std::move(all));
}
