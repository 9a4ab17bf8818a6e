// expect: rt::put: a pointer or a view would outlive what it points to
#include <rt/rt.hpp>

void call(std::string_view text) {
  rt::put(std::string(text));
#ifdef OFFENDING
  rt::put(text);
#endif
}
