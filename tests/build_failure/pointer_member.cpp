// expect: rt: a raw pointer cannot travel
#include <rt/rt.hpp>

// Without functions of cereal's it would travel as its bytes, and point nowhere.
struct name {
#ifdef OFFENDING
  const char* text = "";
#else
  char text[16] = "";
#endif
  int length = 0;
};

int length(const name& given) { return given.length; }

void use() { rt::remote<length>(name()); }
