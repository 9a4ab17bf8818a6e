#include "support/catch.hpp"

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <rt/rt.hpp>

#include "support/runtime_fixture.hpp"

namespace {

using support::runtime_fixture;

enum class colour : std::uint8_t { red, green };

struct wrapped {
  wrapped() = default;
  wrapped(int v) : value(v) {}
  int value = 0;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(value);
  }
};

struct converts {
  operator int() const { return 77; }
};

int identity(int x) { return x; }
long widen(long x) { return x; }
double real(double x) { return x; }
bool truth(bool x) { return x; }
colour same_colour(colour c) { return c; }
int unwrap(wrapped w) { return w.value; }
int const_value(const int x) { return x; }
int or_zero(std::optional<int> x) { return x.value_or(0); }
std::string text(std::string s) { return s; }
std::string text_by_const_ref(const std::string& s) { return s; }
std::string text_by_rvalue(std::string&& s) { return std::move(s) + "!"; }
std::size_t total_size(const std::map<std::string, std::vector<int>>& m) {
  std::size_t n = 0;
  for (const auto& [key, values] : m) n += values.size();
  return n;
}
int unbox(std::unique_ptr<int> p) { return p ? *p : -1; }
int unbox_by_rvalue(std::unique_ptr<int>&& p) {
  const std::unique_ptr<int> mine = std::move(p);
  return *mine;
}
int look_into(const std::unique_ptr<int>& p) { return *p; }
using boxes = std::vector<std::unique_ptr<int>>;
int unbox_all(boxes all) {
  int sum = 0;
  for (const std::unique_ptr<int>& each : all) sum += *each;
  return sum;
}
int look_into_all(const boxes& all) { return *all.at(0); }
boxes box_both(int a, int b) {
  boxes all;
  all.push_back(std::make_unique<int>(a));
  all.push_back(std::make_unique<int>(b));
  return all;
}
int unbox_named(std::map<std::string, std::unique_ptr<int>> all) { return *all.at("one"); }
int eight(int a, int b, int c, int d, int e, int f, int g, int h) {
  return a + b + c + d + e + f + g + h;
}
std::array<int, 3> triple(std::array<int, 3> a) { return {a[2], a[1], a[0]}; }

std::size_t takes_const_rvalue(const std::string&& text) { return text.size(); }

}  // namespace

TEST_CASE_METHOD(runtime_fixture, "arguments: convert as in a call", "[api]") {
  CHECK(rt::get(rt::remote<identity>(static_cast<short>(5))) == 5);
  CHECK(rt::get(rt::remote<identity>('a')) == 'a');
  CHECK(rt::get(rt::remote<identity>(true)) == 1);
  CHECK(rt::get(rt::remote<identity>(converts{})) == 77);
  CHECK(rt::get(rt::remote<widen>(5)) == 5L);
  CHECK(rt::get(rt::remote<real>(5)) == 5.0);
  CHECK(rt::get(rt::remote<real>(0.5F)) == 0.5);
  CHECK(rt::get(rt::remote<truth>(3)) == true);
  CHECK(rt::get(rt::remote<same_colour>(colour::green)) == colour::green);
  CHECK(rt::get(rt::remote<unwrap>(12)) == 12);
  CHECK(rt::get(rt::remote<const_value>(8)) == 8);
  CHECK(rt::get(rt::remote<or_zero>(4)) == 4);
  CHECK(rt::get(rt::remote<or_zero>(std::nullopt)) == 0);
  CHECK(rt::get(rt::remote<eight>(1, 2, 3, 4, 5, 6, 7, 8)) == 36);
  CHECK(rt::get(rt::remote<triple>(std::array<int, 3>{1, 2, 3})) == std::array<int, 3>{3, 2, 1});
}

TEST_CASE("arguments: what a call converts with loss is refused", "[api]") {
  static_assert(!rt::callable<identity, double>);
  static_assert(!rt::callable<identity, float>);
  static_assert(!rt::callable<widen, long double>);
  static_assert(!rt::callable<truth, const char*>);
  static_assert(!rt::callable<truth, int*>);
  static_assert(!rt::callable<same_colour, int>);
  static_assert(!rt::callable<text, std::string_view>);  // explicit, as in a call
  static_assert(!rt::callable<unbox, int*>);
  static_assert(!rt::callable<unbox, std::unique_ptr<int>&>);
  static_assert(!rt::callable<unbox, rt::object_ref<std::unique_ptr<int>>>);
  static_assert(rt::callable<look_into, rt::object_ref<std::unique_ptr<int>>>);
  SUCCEED();
}

TEST_CASE_METHOD(runtime_fixture, "arguments: strings from literals, lvalues, rvalues", "[api]") {
  const std::string kept = "kept";
  std::string mutable_text = "mutable";
  const char* pointer = "pointer";
  char array[] = "array";
  CHECK(rt::get(rt::remote<text>("literal")) == "literal");
  CHECK(rt::get(rt::remote<text>(kept)) == "kept");
  CHECK(rt::get(rt::remote<text>(mutable_text)) == "mutable");
  CHECK(rt::get(rt::remote<text>(std::string("rvalue"))) == "rvalue");
  CHECK(rt::get(rt::remote<text>(pointer)) == "pointer");
  CHECK(rt::get(rt::remote<text>(array)) == "array");
  CHECK(rt::get(rt::remote<text_by_const_ref>("literal")) == "literal");
  CHECK(rt::get(rt::remote<text_by_const_ref>(kept)) == "kept");
  CHECK(rt::get(rt::remote<text_by_rvalue>("literal")) == "literal!");
  CHECK(rt::get(rt::remote<text_by_rvalue>(std::string("rvalue"))) == "rvalue!");
  CHECK(kept == "kept");
  CHECK(mutable_text == "mutable");
}

TEST_CASE_METHOD(runtime_fixture, "arguments: nothing is referred to afterwards", "[api]") {
  std::vector<rt::object_ref<std::string>> refs;
  for (int i = 0; i < 100; ++i) {
    std::string local = "text number " + std::to_string(i) + ", too long to be stored inside";
    refs.push_back(rt::remote<text_by_const_ref>(local));
    local.assign(local.size(), '#');
  }
  for (int i = 0; i < 100; ++i) {
    CHECK(rt::get(refs[static_cast<std::size_t>(i)]) ==
          "text number " + std::to_string(i) + ", too long to be stored inside");
  }
}

TEST_CASE_METHOD(runtime_fixture, "arguments: standard containers travel", "[api]") {
  const std::map<std::string, std::vector<int>> m{{"a", {1, 2}}, {"b", {3}}};
  CHECK(rt::get(rt::remote<total_size>(m)) == 3);
  CHECK(rt::get(rt::remote<total_size>(rt::put(m))) == 3);
}

TEST_CASE_METHOD(runtime_fixture, "arguments: move-only values are moved", "[api]") {
  auto box = std::make_unique<int>(4);
  CHECK(rt::get(rt::remote<unbox>(std::move(box))) == 4);
  CHECK(box == nullptr);
  CHECK(rt::get(rt::remote<unbox>(nullptr)) == -1);
  CHECK(rt::get(rt::remote<unbox_by_rvalue>(std::make_unique<int>(5))) == 5);
  CHECK(rt::get(rt::remote<look_into>(std::make_unique<int>(6))) == 6);
  CHECK(rt::get(rt::remote<look_into>(rt::put(std::make_unique<int>(7)))) == 7);
}

TEST_CASE_METHOD(runtime_fixture, "arguments: move-only and retry_exceptions is refused", "[api]") {
  const auto retried = rt::remote<unbox>.with({.retry_exceptions = true});
  CHECK_THROWS_AS(retried(std::make_unique<int>(1)), rt::config_error);
}

TEST_CASE_METHOD(runtime_fixture, "arguments: a throwing conversion throws at the caller",
                 "[api]") {
  struct refuses {
    operator int() const { throw std::domain_error("no"); }
  };
  CHECK_THROWS_AS(rt::remote<identity>(refuses{}), std::domain_error);
  CHECK(rt::get(rt::remote<identity>(1)) == 1);
}

TEST_CASE_METHOD(runtime_fixture, "arguments: a const rvalue reference", "[api]") {
  CHECK(rt::get(rt::remote<takes_const_rvalue>("four")) == 4);
  CHECK(rt::get(rt::remote<takes_const_rvalue>(rt::put(std::string("three")))) == 5);
}

TEST_CASE_METHOD(runtime_fixture, "arguments: containers of what can only be moved", "[api]") {
  // Such a container says of itself that it can be copied.
  static_assert(std::is_copy_constructible_v<boxes>);
  static_assert(rt::callable<unbox_all, boxes>);
  static_assert(!rt::callable<unbox_all, boxes&>);
  static_assert(!rt::callable<unbox_all, rt::object_ref<boxes>>);
  static_assert(rt::callable<look_into_all, rt::object_ref<boxes>>);
  CHECK(rt::get(rt::remote<unbox_all>(box_both(3, 4))) == 7);
  CHECK(rt::get(rt::remote<look_into_all>(rt::remote<box_both>(3, 4))) == 3);
  CHECK(*rt::get(rt::remote<box_both>(3, 4)).at(1) == 4);
  std::map<std::string, std::unique_ptr<int>> named;
  named.emplace("one", std::make_unique<int>(1));
  CHECK(rt::get(rt::remote<unbox_named>(std::move(named))) == 1);
  CHECK_THROWS_AS(rt::remote<unbox_all>.with({.retry_exceptions = true})(box_both(3, 4)),
                  rt::config_error);
}
