// expect: rt::remote: the result is a pointer or a view
#include <rt/rt.hpp>

const char* name() { return "name"; }
std::string owned_name() { return "name"; }

void call() {
  rt::remote<owned_name>();
#ifdef OFFENDING
  rt::remote<name>();
#endif
}
