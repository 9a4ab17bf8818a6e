// expect: rt::remote: argument 2 does not fit: it does not convert
#include <rt/rt.hpp>

std::size_t repeat(int times, const std::string& text) { return times * text.size(); }

void call() {
  rt::remote<repeat>(2, "text");
#ifdef OFFENDING
  rt::remote<repeat>(2, 3);
#endif
}
