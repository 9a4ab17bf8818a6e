// expect: rt::task<T>: T is a value, without reference
#include <rt/rt.hpp>

rt::task<int> value() { co_return 1; }
#ifdef OFFENDING
rt::task<int&> reference(int& x) { co_return x; }
#endif

void call() { rt::remote<value>(); }
