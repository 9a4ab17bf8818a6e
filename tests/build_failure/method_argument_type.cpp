// expect: rt::remote: argument 1 does not fit: it does not convert
#include <rt/rt.hpp>

struct counter {
  int n = 0;
  void add(int x) { n += x; }
};

void call(const rt::actor<counter>& a) {
  rt::remote<&counter::add>(a, 1);
#ifdef OFFENDING
  rt::remote<&counter::add>(a, std::string("one"));
#endif
}
