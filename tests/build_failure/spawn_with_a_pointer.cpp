// expect: rt::spawn: an argument is a pointer
#include <rt/rt.hpp>

struct reader {
  explicit reader(const int& x) : x_(x) {}
  explicit reader(const int* x) : x_(*x) {}
  int read() const { return x_; }

 private:
  int x_;
};

void call() {
  rt::spawn<reader>(1);
#ifdef OFFENDING
  const int x = 1;
  rt::spawn<reader>(&x);
#endif
}
