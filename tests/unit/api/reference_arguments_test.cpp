#include "support/catch.hpp"

#include <string>
#include <utility>
#include <vector>

#include <rt/rt.hpp>

#include "support/gate.hpp"
#include "support/runtime_fixture.hpp"

namespace {

using support::runtime_fixture;

support::gate release;

int identity(int x) { return x; }
int slow(int x) {
  release.wait();
  return x;
}
int add(int a, int b) { return a + b; }
double real(double x) { return x; }
int by_const_ref(const int& x) { return x; }
int by_rvalue(int&& x) { return x + 1; }
std::size_t length(const std::string& s) { return s.size(); }
int sum(std::vector<int> xs) {
  int total = 0;
  for (const int x : xs) total += x;
  return total;
}
int sum_by_const_ref(const std::vector<int>& xs) { return sum(xs); }
std::string join(std::vector<std::string> parts) {
  std::string all;
  for (const auto& part : parts) all += part;
  return all;
}
int sum_of_two(std::vector<int> a, std::vector<int> b) { return sum(a) * 100 + sum(b); }

bool given_a_reference(rt::object_ref<int> ref) { return static_cast<bool>(ref); }
bool given_a_const_reference(const rt::object_ref<int>& ref) { return static_cast<bool>(ref); }
int get_it(rt::object_ref<int> ref) { return rt::get(ref); }
bool given_a_completion(rt::object_ref<void> ref) { return static_cast<bool>(ref); }
std::size_t count_references(std::vector<rt::object_ref<int>> refs) { return refs.size(); }
int sum_references(std::vector<rt::object_ref<int>> refs) { return sum(rt::get(refs)); }

struct order {
  int number = 0;
  rt::object_ref<int> amount;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(number, amount);
  }
};
int order_number(order o) { return o.number; }
int order_amount(const order& o) { return rt::get(o.amount); }
order make_order(int number, int amount) { return {number, rt::remote<slow>(amount)}; }

}  // namespace

TEST_CASE_METHOD(runtime_fixture, "reference arguments: are waited for and converted", "[api]") {
  const rt::object_ref<int> three = rt::put(3);
  rt::object_ref<int> four = rt::remote<identity>(4);
  CHECK(rt::get(rt::remote<identity>(three)) == 3);
  CHECK(rt::get(rt::remote<identity>(four)) == 4);
  CHECK(rt::get(rt::remote<identity>(rt::put(5))) == 5);
  CHECK(rt::get(rt::remote<add>(three, four)) == 7);
  CHECK(rt::get(rt::remote<add>(three, 10)) == 13);
  CHECK(rt::get(rt::remote<add>(three, three)) == 6);
  CHECK(rt::get(rt::remote<real>(three)) == 3.0);
  CHECK(rt::get(rt::remote<by_const_ref>(three)) == 3);
  CHECK(rt::get(rt::remote<by_rvalue>(three)) == 4);
  CHECK(rt::get(rt::remote<length>(rt::put("five!"))) == 5);
  CHECK(rt::get(three) == 3);
}

TEST_CASE_METHOD(runtime_fixture, "reference arguments: an unready one holds its task back",
                 "[api]") {
  const support::closed shut(release);
  const auto late = rt::remote<slow>(20);
  const auto dependent = rt::remote<add>(late, 1);
  CHECK_FALSE(rt::try_get(dependent, std::chrono::seconds(0)).has_value());
  CHECK(rt::get(rt::remote<identity>(1)) == 1);
  release.open();
  CHECK(rt::get(dependent) == 21);
}

TEST_CASE_METHOD(runtime_fixture, "reference arguments: chains and diamonds", "[api]") {
  rt::object_ref<int> chain = rt::put(0);
  for (int i = 0; i < 100; ++i) chain = rt::remote<add>(chain, 1);
  CHECK(rt::get(chain) == 100);

  const auto top = rt::remote<identity>(1);
  const auto left = rt::remote<add>(top, 10);
  const auto right = rt::remote<add>(top, 20);
  CHECK(rt::get(rt::remote<add>(left, right)) == 32);
}

TEST_CASE_METHOD(runtime_fixture, "reference arguments: a vector of them is a vector of values",
                 "[api]") {
  const support::closed shut(release);
  std::vector<rt::object_ref<int>> refs;
  for (int i = 0; i < 10; ++i) refs.push_back(rt::remote<identity>(i));
  refs.push_back(rt::remote<slow>(100));
  const auto total = rt::remote<sum>(refs);
  const auto again = rt::remote<sum_by_const_ref>(refs);
  release.open();
  CHECK(rt::get(total) == 145);
  CHECK(rt::get(again) == 145);
  CHECK(rt::get(rt::remote<sum_of_two>(refs, std::vector<int>{1, 2})) == 14503);
  CHECK(rt::get(rt::remote<sum_of_two>(std::vector<int>{1, 2}, refs)) == 445);
  CHECK(rt::get(rt::remote<sum>(std::move(refs))) == 145);
  CHECK(rt::get(rt::remote<sum>(std::vector<rt::object_ref<int>>{})) == 0);

  const std::vector<rt::object_ref<std::string>> words{rt::put("one"), rt::put("two")};
  CHECK(rt::get(rt::remote<join>(words)) == "onetwo");
}

TEST_CASE_METHOD(runtime_fixture, "reference arguments: plain vectors and references to vectors",
                 "[api]") {
  const std::vector<int> values{1, 2, 3};
  CHECK(rt::get(rt::remote<sum>(values)) == 6);
  CHECK(rt::get(rt::remote<sum>(rt::put(values))) == 6);
  CHECK(rt::get(rt::remote<sum_by_const_ref>(rt::put(values))) == 6);
  CHECK(values.size() == 3);
}

TEST_CASE_METHOD(runtime_fixture, "reference arguments: a reference parameter takes it unwaited",
                 "[api]") {
  const support::closed shut(release);
  const rt::object_ref<int> late = rt::remote<slow>(9);
  CHECK(rt::get(rt::remote<given_a_reference>(late)));
  CHECK(rt::get(rt::remote<given_a_const_reference>(late)));
  CHECK(rt::get(rt::remote<given_a_completion>(late)));
  CHECK(rt::get(rt::remote<given_a_completion>(rt::object_ref<void>(late))));
  const auto inner = rt::remote<get_it>(late);
  release.open();
  CHECK(rt::get(inner) == 9);
}

TEST_CASE_METHOD(runtime_fixture, "reference arguments: inside other values never waited for",
                 "[api]") {
  const support::closed shut(release);
  const rt::object_ref<int> late = rt::remote<slow>(9);
  CHECK(rt::get(rt::remote<count_references>(std::vector{late, late})) == 2);
  CHECK(rt::get(rt::remote<order_number>(order{5, late})) == 5);
  const auto total = rt::remote<sum_references>(std::vector{late, late});
  release.open();
  CHECK(rt::get(total) == 18);
  CHECK(rt::get(rt::remote<order_amount>(order{5, late})) == 9);
  CHECK(rt::get(rt::remote<order_amount>(rt::put(order{5, late}))) == 9);
}

TEST_CASE_METHOD(runtime_fixture, "reference arguments: references come back inside results",
                 "[api]") {
  const support::closed shut(release);
  const order made = rt::get(rt::remote<make_order>(1, 50));
  CHECK(made.number == 1);
  release.open();
  CHECK(rt::get(made.amount) == 50);
}

TEST_CASE_METHOD(runtime_fixture, "reference arguments: an empty reference is refused", "[api]") {
  const rt::object_ref<int> empty;
  CHECK_THROWS_AS(rt::get(rt::remote<identity>(empty)), rt::error);
  CHECK_FALSE(rt::get(rt::remote<given_a_reference>(empty)));
}
