// expect: rt::generator<T>: T is a value: no reference, pointer or view
#include <rt/rt.hpp>

rt::generator<std::string> words() { co_yield "word"; }
#ifdef OFFENDING
rt::generator<std::string_view> views() { co_yield "word"; }
#endif

void call() {
  rt::remote<words>();
#ifdef OFFENDING
  rt::remote<views>();
#endif
}
