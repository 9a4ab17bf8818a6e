#include "support/catch.hpp"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include <rt/rt.hpp>

#include "support/runtime_fixture.hpp"

namespace arrays_test {

struct cell {
  float weight = 0;
  std::int32_t index = 0;
};

/// A struct that carries an array, as users' types may.
struct image {
  int width = 0;
  rt::array<std::uint8_t> pixels;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(width, pixels);
  }
};

}  // namespace arrays_test

namespace {

using arrays_test::cell;
using arrays_test::image;
using support::runtime_fixture;

rt::mutable_array<int> counting(int n) {
  rt::mutable_array<int> a(static_cast<std::size_t>(n));
  std::iota(a.begin(), a.end(), 0);
  return a;
}
rt::array<int> make_array(int n) { return counting(n).freeze(); }
int sum(rt::array<int> a) { return std::accumulate(a.begin(), a.end(), 0); }
int sum_by_const_ref(const rt::array<int>& a) { return sum(a); }
int sum_span(std::span<const int> a) { return std::accumulate(a.begin(), a.end(), 0); }
std::uintptr_t where(rt::array<int> a) { return reinterpret_cast<std::uintptr_t>(a.data()); }
image inverted(const image& in) {
  rt::mutable_array<std::uint8_t> out(in.pixels.size());
  std::transform(in.pixels.begin(), in.pixels.end(), out.begin(),
                 [](std::uint8_t p) { return static_cast<std::uint8_t>(255 - p); });
  return {in.width, std::move(out).freeze()};
}

struct accumulator {
  std::vector<long> totals;
  void take(std::span<const int> a) { totals.push_back(std::accumulate(a.begin(), a.end(), 0L)); }
  long last() const { return totals.back(); }
};

}  // namespace

TEST_CASE_METHOD(runtime_fixture, "arrays: elements start at zero and are written in place",
                 "[api]") {
  rt::mutable_array<int> a(5);
  CHECK(a.size() == 5);
  CHECK(std::count(a.begin(), a.end(), 0) == 5);
  a[2] = 7;
  a.data()[3] = 8;
  for (int& x : a) x += 1;
  const std::span<int> view(a);
  CHECK(view[2] == 8);
  CHECK(view[3] == 9);

  rt::mutable_array<cell> cells(2);
  CHECK(cells[1].weight == 0);
  cells[1] = {0.5F, 3};
  const rt::array<cell> frozen = std::move(cells).freeze();
  CHECK(frozen[1].index == 3);
}

TEST_CASE_METHOD(runtime_fixture, "arrays: freezing copies nothing", "[api]") {
  rt::mutable_array<int> a = counting(1000);
  const int* at = a.data();
  const rt::array<int> frozen = std::move(a).freeze();
  CHECK(frozen.data() == at);
  CHECK(frozen.size() == 1000);
  CHECK(frozen[999] == 999);
  const rt::array<int> copy = frozen;
  CHECK(copy.data() == at);
  static_assert(std::is_same_v<decltype(frozen[0]), const int&>);
  static_assert(std::is_same_v<decltype(frozen.data()), const int*>);
}

TEST_CASE_METHOD(runtime_fixture, "arrays: put makes them objects without a copy", "[api]") {
  rt::mutable_array<int> a = counting(1000);
  const int* at = a.data();
  const rt::object_ref<rt::array<int>> ref = rt::put(std::move(a));
  CHECK(rt::get(ref).data() == at);
  CHECK(rt::pin(ref)->data() == at);
  CHECK(rt::get(rt::remote<sum>(ref)) == 499500);
  CHECK(rt::get(rt::remote<sum_by_const_ref>(ref)) == 499500);
  CHECK(rt::get(rt::remote<sum_span>(ref)) == 499500);
  CHECK(rt::get(rt::remote<where>(ref)) == reinterpret_cast<std::uintptr_t>(at));
  CHECK(rt::get(rt::remote<where>(rt::get(ref))) == reinterpret_cast<std::uintptr_t>(at));
}

TEST_CASE_METHOD(runtime_fixture, "arrays: travel as arguments, results and members", "[api]") {
  CHECK(rt::get(rt::remote<sum>(make_array(10))) == 45);
  CHECK(rt::get(rt::remote<sum_span>(make_array(10))) == 45);
  const rt::array<int> made = rt::get(rt::remote<make_array>(5));
  CHECK(std::vector<int>(made.begin(), made.end()) == std::vector<int>{0, 1, 2, 3, 4});
  CHECK(rt::get(rt::remote<sum>(rt::remote<make_array>(4))) == 6);

  rt::mutable_array<std::uint8_t> pixels(3);
  pixels[0] = 10;
  const image in{3, std::move(pixels).freeze()};
  const image out = rt::get(rt::remote<inverted>(in));
  CHECK(out.width == 3);
  CHECK(out.pixels[0] == 245);
  CHECK(out.pixels[2] == 255);
  CHECK(in.pixels[0] == 10);
}

TEST_CASE_METHOD(runtime_fixture, "arrays: go to actors", "[api]") {
  const auto actor = rt::spawn<accumulator>();
  rt::remote<&accumulator::take>(actor, make_array(10));
  CHECK(rt::get(rt::remote<&accumulator::last>(actor)) == 45);
  rt::remote<&accumulator::take>(actor, rt::put(counting(11)));
  CHECK(rt::get(rt::remote<&accumulator::last>(actor)) == 55);
}

TEST_CASE_METHOD(runtime_fixture, "arrays: empty ones are arrays too", "[api]") {
  rt::mutable_array<int> none(0);
  CHECK(none.size() == 0);
  CHECK(none.begin() == none.end());
  const auto ref = rt::put(std::move(none));
  CHECK(rt::get(rt::remote<sum>(ref)) == 0);
  CHECK(rt::get(rt::remote<sum>(rt::array<int>())) == 0);
  CHECK(rt::array<int>().size() == 0);
  CHECK(rt::get(ref).empty());
}

TEST_CASE_METHOD(runtime_fixture, "arrays: elements are aligned for their type", "[api]") {
  struct alignas(64) line {
    char bytes[64];
  };
  rt::mutable_array<line> lines(3);
  CHECK(reinterpret_cast<std::uintptr_t>(lines.data()) % 64 == 0);
  const auto frozen = std::move(lines).freeze();
  CHECK(reinterpret_cast<std::uintptr_t>(frozen.data()) % 64 == 0);
}

TEST_CASE_METHOD(runtime_fixture, "arrays: an impossible size throws", "[api]") {
  CHECK_THROWS(rt::mutable_array<double>(SIZE_MAX / 4));
  rt::mutable_array<int> a(1);
  CHECK(a.size() == 1);
}
