#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <rt/rt.hpp>
#include <rt/testing/cluster.hpp>

#include "sim/cluster_program.hpp"
#include "sim/cluster_programs.hpp"
#include "sim/workload.hpp"

// References wherever they can be: made by tasks in their own processes, in results, in objects within
// objects, handed on while the last handle elsewhere is let go of. Whoever has one can read it; without harm
// none is ever lost; and once the program has ended no object is left anywhere.

namespace {

using rt::sim::check;
using workloads::holder;
using workloads::sleep;

int one(int value, int ms) {
  sleep(ms);
  return value;
}
int sum(const holder& all) {
  int made = 0;
  for (const int each : rt::get(all.refs)) made += each;
  return made;
}

/// Values 1 to `count`, owned by whoever runs it: put, or made by tasks that may run elsewhere.
holder make(int count, int ms) {
  holder made;
  for (int value = 1; value <= count; ++value) {
    if (value % 2 == 0) made.refs.push_back(rt::put(value));
    else made.refs.push_back(rt::remote<one>(value, ms));
  }
  return made;
}
int read(const holder& all, int ms) {
  sleep(ms);
  return sum(all);
}
holder join(const holder& a, const holder& b, int ms) {
  holder all = a;
  all.refs.insert(all.refs.end(), b.refs.begin(), b.refs.end());
  sleep(ms);
  return all;
}
/// Through some tasks, each of which has it while the next one runs, or no longer.
int pass(const holder& all, int hops, int ms) {
  if (hops == 0) return read(all, ms);
  const rt::object_ref<int> rest = rt::remote<pass>(all, hops - 1, ms);
  return rt::get(rest);
}
rt::object_ref<holder> box(const holder& all) { return rt::put(all); }
/// Gives what was in a box that nobody has any more.
holder unbox(const rt::object_ref<holder>& boxed, int ms) {
  holder inside = rt::get(boxed);
  sleep(ms);
  return inside;
}

class program final : public workloads::cluster_program {
 public:
  static constexpr const char* workload = "cluster_references";

  using cluster_program::cluster_program;

  void act() override {
    for (std::int64_t steps = numbers().between(2, 25); steps != 0; --steps) take_step();
    while (!holders_.empty()) end_one();
  }
  void await_all() override {
    while (!sums_.empty()) look_at(take_any(sums_));
    pause(300);
  }

 private:
  struct known_holder {
    rt::object_ref<holder> ref;
    int sum;
  };
  struct known_sum {
    rt::object_ref<int> ref;
    int sum;
  };

  /// One of them, which is let go of, or kept too.
  known_holder use_any() {
    known_holder used = take_any(holders_);
    if (numbers().one_in(3)) holders_.push_back(used);
    return used;
  }

  void take_step() {
    const int ms = some_ms(2, 30);
    const auto kind = holders_.empty() ? 0 : numbers().below(7);
    if (kind <= 1) {
      const int count = static_cast<int>(numbers().between(0, 4));
      const int expected = count * (count + 1) / 2;
      if (numbers().one_in(3)) holders_.push_back({rt::put(make(count, ms)), expected});
      else holders_.push_back({rt::remote<make>(count, ms), expected});
    } else if (kind == 2) {
      const known_holder of = use_any();
      sums_.push_back({rt::remote<read>(of.ref, ms), of.sum});
    } else if (kind == 3) {
      const known_holder a = use_any();
      const known_holder b = holders_.empty() ? a : use_any();
      holders_.push_back({rt::remote<join>(a.ref, b.ref, ms), a.sum + b.sum});
    } else if (kind == 4) {
      const known_holder of = use_any();
      const int hops = static_cast<int>(numbers().between(1, 3));
      sums_.push_back({rt::remote<pass>(of.ref, hops, ms), of.sum});
    } else if (kind == 5) {
      const known_holder of = use_any();
      holders_.push_back({rt::remote<unbox>(rt::remote<box>(of.ref), ms), of.sum});
    } else {
      end_one();
    }
  }

  void end_one() {
    const known_holder over = take_any(holders_);
    const auto how = numbers().below(3);
    if (how == 0) return;
    if (how == 1) sums_.push_back({rt::remote<read>(over.ref, some_ms(2, 30)), over.sum});
    else guarded([&] { compare(sum(rt::get(over.ref)), over.sum); });
  }

  void look_at(const known_sum& one) {
    guarded([&] { compare(rt::get(one.ref), one.sum); });
  }
  static void compare(int came, int expected) {
    check(came == expected,
          "references led to " + std::to_string(came) + ", not to " + std::to_string(expected));
  }

  std::vector<known_holder> holders_;
  std::vector<known_sum> sums_;
};

}  // namespace

workloads::planned_workload workloads::cluster_references() { return cluster_workload<program>(); }

std::unique_ptr<workloads::cluster_program> workloads::program_of_references(
    rt::testing::cluster& around, std::uint64_t seed) {
  return std::make_unique<program>(around, seed);
}
