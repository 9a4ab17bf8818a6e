// A bug that needs a node's death at the wrong moment: found on a simulated cluster, under the seed that
// repeats it, in less than a second; then the mended program under the same seeds.
//
//     120_simulated_bug              looks for the bug
//     120_simulated_bug --seed=17    runs that seed again, with the log of the cluster

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/core.h>
#include <rt/rt.hpp>
#include <rt/testing/cluster.hpp>

namespace shop {

using namespace std::chrono_literals;

/// Stands for a service outside the cluster, as a bank is: what it has taken stays taken, whichever node
/// dies. All simulated nodes share the variables of the program, so one variable is one bank for all.
class bank {
 public:
  void take(int cents) { taken_ += cents; }

  /// Takes once for an order, however often it is asked.
  void take_for(int order, int cents) {
    if (paid_.emplace(order, cents).second) taken_ += cents;
  }

  int taken() const { return taken_; }

 private:
  int taken_ = 0;
  std::map<int, int> paid_;
};

bank the_bank;

/// The way to the bank, and the way back with its answer.
void travel() { rt::this_task::sleep_for(10ms); }

// The bug: a task whose node dies runs again elsewhere, since nobody knows how far it came. If that was
// behind `take`, the customer pays twice.
int charge(int /*order*/, int cents) {
  travel();
  the_bank.take(cents);
  travel();
  return cents;
}

// Mended: the bank is told for what, and so knows what it has done already.
int charge_once(int order, int cents) {
  travel();
  the_bank.take_for(order, cents);
  travel();
  return cents;
}

/// The program itself: twenty customers, one every tenth of a second.
template <auto Charge>
void sell() {
  std::vector<rt::object_ref<int>> charges;
  for (int order = 1; order <= 20; ++order) {
    charges.push_back(rt::remote<Charge>.with({.max_retries = -1})(order, 5 * order));
    rt::this_task::sleep_for(100ms);
  }
  int sold = 0;
  for (const auto& each : charges) sold += rt::get(each);
  rt::sim::check(the_bank.taken() == sold,
                 fmt::format("the bank took {} cents for goods of {}", the_bank.taken(), sold));
}

}  // namespace shop

/// One life of a cluster of three nodes, to which the seed does harm for two seconds.
template <auto Charge>
rt::sim::report run(std::uint64_t seed) {
  shop::the_bank = {};  // shared by all runs too
  rt::testing::cluster cluster({.seed = seed, .nodes = 3, .faults = true});
  return cluster.run([](rt::testing::cluster&) { shop::sell<Charge>(); });
}

/// Shape: the first seed under which it fails; `seeds` where it passes under all.
template <auto Charge>
std::uint64_t first_failure(std::uint64_t seeds) {
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    const rt::sim::report report = run<Charge>(seed);
    if (report.ok()) continue;
    fmt::print("seed {}: {}\n", seed, report.failure);
    return seed;
  }
  fmt::print("{} seeds: all well\n", seeds);
  return seeds;
}

int repeat(std::uint64_t seed) {
  const rt::sim::report report = run<shop::charge>(seed);
  for (const std::string& line : report.log) fmt::print("{}\n", line);
  fmt::print("seed {}: {}\n", seed, report.ok() ? "all well" : report.failure);
  return report.ok() ? 0 : 1;
}

int main(int argc, char** argv) {
  constexpr std::uint64_t seeds = 500;
  constexpr std::string_view flag = "--seed=";
  if (argc > 1 && std::string_view(argv[1]).starts_with(flag)) {
    return repeat(std::strtoull(argv[1] + flag.size(), nullptr, 10));
  }

  fmt::print("charge\n  ");
  const std::uint64_t found = first_failure<shop::charge>(seeds);
  if (found == seeds) return 1;
  fmt::print("  to see it again: 120_simulated_bug --seed={}\n", found);

  fmt::print("charge_once\n  ");
  return first_failure<shop::charge_once>(seeds) == seeds ? 0 : 1;
}
