// expect: rt: a view cannot travel inside a value
#include <rt/rt.hpp>

struct words {
#ifdef OFFENDING
  std::string_view each[2];
#endif
  int count[2] = {};
};

int count(const words& given) { return given.count[0]; }

void use() { rt::put(words()); }
