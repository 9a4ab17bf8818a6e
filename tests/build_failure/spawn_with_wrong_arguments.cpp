// expect: rt::spawn: the actor's class has no constructor that takes these arguments
#include <rt/rt.hpp>

struct account {
  explicit account(std::string owner) : owner_(std::move(owner)) {}
  std::size_t length() const { return owner_.size(); }

 private:
  std::string owner_;
};

void call() {
  rt::spawn<account>("owner");
#ifdef OFFENDING
  rt::spawn<account>(1, 2);
#endif
}
