// A user's test of a cluster program: tasks on simulated nodes, one of which dies.

#include <cstdio>
#include <string>
#include <vector>

#include <rt/rt.hpp>
#include <rt/testing/cluster.hpp>

int slow_square(int x) {
  rt::this_task::sleep_for(std::chrono::milliseconds(5));
  return x * x;
}

int main() {
  rt::testing::cluster cluster({.seed = 1, .nodes = 2});
  const rt::sim::report report = cluster.run([](rt::testing::cluster& self) {
    std::vector<rt::object_ref<int>> squares;
    for (int i = 0; i < 10; ++i) squares.push_back(rt::remote<slow_square>(i));
    self.kill(1);
    int sum = 0;
    for (const auto& each : squares) sum += rt::get(each);
    rt::sim::check(sum == 285, "the sum is " + std::to_string(sum));
  });
  if (report.ok()) return 0;
  std::fprintf(stderr, "%s\n", report.failure.c_str());
  return 1;
}
