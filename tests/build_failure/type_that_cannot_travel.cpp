// expect: rt: this type cannot travel: give it
#include <rt/rt.hpp>

struct point {
  int x = 0;
  int y = 0;
};
struct named {
  std::string name;
};

int length(const point& p) { return p.x + p.y; }
int name_length(const named& n) { return static_cast<int>(n.name.size()); }

void call() {
  rt::remote<length>(point{1, 2});
#ifdef OFFENDING
  rt::remote<name_length>(named{"name"});
#endif
}
