// expect: rt::remote: the result is a pointer or a view
#include <rt/rt.hpp>

rt::task<const char*> name() { co_return "name"; }
rt::task<std::string> owned_name() { co_return "name"; }

void call() {
  rt::remote<owned_name>();
#ifdef OFFENDING
  rt::remote<name>();
#endif
}
