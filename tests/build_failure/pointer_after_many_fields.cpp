// expect: rt: a raw pointer cannot travel
#include <rt/rt.hpp>

struct settings {
  int a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t;
#ifdef OFFENDING
  void* user;
#endif
};

int sum(const settings& given) { return given.a + given.t; }

void use() { rt::remote<sum>(settings()); }
