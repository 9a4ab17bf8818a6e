// Tasks and an actor: the whole program.
//
//     010_hello                    all in this process
//     010_hello --num-cpus=4       with the runtime's own flags; --help lists them

#include <vector>

#include <fmt/ranges.h>
#include <rt/rt.hpp>

int square(int x) { return x * x; }

struct counter {
  int n = 0;
  int increment() { return ++n; }
  int read() const { return n; }
};

int main(int argc, char** argv) {
  return rt::run(argc, argv, [] {
    std::vector<rt::object_ref<int>> squares;
    for (int i = 0; i < 4; ++i) squares.push_back(rt::remote<square>(i));
    fmt::print("{}\n", rt::get(squares));  // [0, 1, 4, 9]

    rt::actor<counter> c = rt::spawn<counter>();
    for (int i = 0; i < 3; ++i) rt::remote<&counter::increment>(c);
    fmt::print("{}\n", rt::get(rt::remote<&counter::read>(c)));  // 3
    return 0;
  });
}
