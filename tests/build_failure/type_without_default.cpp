// expect: rt: a type that travels must be default-constructible
#include <rt/rt.hpp>

struct meters {
  explicit meters(int n) : n(n) {}
  int n;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(n);
  }
};
struct feet {
  int n = 0;
};

int length(const meters& m) { return m.n; }
int length_in_feet(const feet& f) { return f.n; }

void call() {
  rt::remote<length_in_feet>(feet{1});
#ifdef OFFENDING
  rt::remote<length>(meters(1));
#endif
}
