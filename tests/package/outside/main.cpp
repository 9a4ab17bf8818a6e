// What a user's first program does: tasks, references as arguments, an actor, an exception.

#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

#include <rt/rt.hpp>

int square(int x) { return x * x; }

int sum(const std::vector<int>& values) {
  int total = 0;
  for (const int value : values) total += value;
  return total;
}

std::string refuse(const std::string& what) { throw std::out_of_range(what); }

struct counter {
  int n = 0;
  int increment() { return ++n; }
  int read() const { return n; }
};

int main(int argc, char** argv) {
  return rt::run(argc, argv, [] {
    std::vector<rt::object_ref<int>> squares;
    for (int i = 0; i < 4; ++i) squares.push_back(rt::remote<square>(i));
    if (rt::get(rt::remote<sum>(squares)) != 14) return 1;

    rt::actor<counter> c = rt::spawn<counter>();
    for (int i = 0; i < 3; ++i) rt::remote<&counter::increment>(c);
    if (rt::get(rt::remote<&counter::read>(c)) != 3) return 2;

    try {
      rt::get(rt::remote<refuse>("too far"));
      return 3;
    } catch (const std::out_of_range& error) {
      std::puts(error.what());
    }
    return 0;
  });
}
