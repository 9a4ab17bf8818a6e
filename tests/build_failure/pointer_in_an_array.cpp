// expect: rt: a raw pointer cannot travel
#include <rt/rt.hpp>

struct names {
  int count = 0;
#ifdef OFFENDING
  const char* text[4] = {};
#else
  char text[4][16] = {};
#endif
};

int count(const names& given) { return given.count; }

void use() { rt::remote<count>(names()); }
