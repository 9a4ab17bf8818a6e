// expect: rt: a std::unique_ptr to a polymorphic class cannot travel
#include <rt/rt.hpp>

struct shape {
  virtual ~shape() = default;
};
struct plain {
  int x = 0;
};

std::unique_ptr<shape> make_shape() { return {}; }
std::unique_ptr<plain> make_plain() { return {}; }

void call() {
  rt::remote<make_plain>();
#ifdef OFFENDING
  rt::remote<make_shape>();
#endif
}
