// expect: rt: a raw pointer cannot travel
#include <rt/rt.hpp>

struct link {
#ifdef OFFENDING
  link* next = nullptr;
#endif
  int number = 0;
};
struct task : link {
  int priority = 0;
};

int priority(const task& given) { return given.priority; }

void use() { rt::remote<priority>(task()); }
