// expect: rt::mutable_array<T>: a pointer or a view inside T
#include <rt/rt.hpp>

struct label {
  int x = 0;
#ifdef OFFENDING
  const char* text[2] = {};
#else
  char text[2][8] = {};
#endif
};

void use() {
  rt::mutable_array<label> labels(3);
  labels[0].x = 1;
}
