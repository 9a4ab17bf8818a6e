#include "support/catch.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <rt/rt.hpp>

#include "support/gate.hpp"
#include "support/runtime_fixture.hpp"

namespace {

using support::runtime_fixture;

int square(int x) { return x * x; }

struct counter {
  int n = 0;
  int increment() { return ++n; }
  int add(int by) { return n += by; }
  int read() const { return n; }
  int read_noexcept() const noexcept { return n; }
  int read_lvalue() & { return n; }
  int read_const_lvalue() const& { return n; }
  void reset() { n = 0; }
  const int& look() const { return n; }
  static int version() { return 3; }
  template <class T>
  T scaled(T factor) const {
    return factor * static_cast<T>(n);
  }
  int overloaded(int x) { return x; }
  std::string overloaded(const std::string& s) const { return s; }
  void fail() { throw std::out_of_range("counter"); }
};

/// Built by arguments of every form.
class account {
 public:
  account(std::string owner, double balance) : owner_(std::move(owner)), balance_(balance) {}
  explicit account(std::string_view owner) : owner_(owner), balance_(0) {}
  account(const std::vector<double>& deposits, std::unique_ptr<std::string> owner)
      : owner_(*owner), balance_(0) {
    for (const double d : deposits) balance_ += d;
  }
  account(const account&) = delete;
  account& operator=(const account&) = delete;

  std::string owner() const { return owner_; }
  double deposit(double amount) { return balance_ += amount; }
  double balance() const { return balance_; }
  bool same_owner(std::string_view other) const { return owner_ == other; }
  std::size_t total(const std::vector<int>& xs, std::string name) const {
    return xs.size() + name.size();
  }

 private:
  std::string owner_;
  double balance_;
};

/// An aggregate, built with braces.
struct settings {
  std::string name;
  int level = 1;
  std::vector<int> values;
  std::string describe() const {
    return name + ":" + std::to_string(level) + ":" + std::to_string(values.size());
  }
};

/// Keeps a reference as a reference, which it may ask for when it likes.
struct holder {
  rt::object_ref<int> ref;
  explicit holder(rt::object_ref<int> r) : ref(std::move(r)) {}
  int value() const { return rt::get(ref); }
};

struct aggregate_holder {
  rt::object_ref<int> ref;
  int value() const { return rt::get(ref); }
};

/// Takes the value, so that a reference is waited for.
struct value_holder {
  int kept;
  explicit value_holder(const int& v) : kept(v) {}
  int value() const { return kept; }
};

int use_counter(rt::actor<counter> c, int times) {
  for (int i = 0; i < times; ++i) rt::remote<&counter::increment>(c);
  return rt::get(rt::remote<&counter::read>(c));
}
int use_counters(std::vector<rt::actor<counter>> all) {
  int total = 0;
  for (const auto& c : all) total += rt::get(rt::remote<&counter::increment>(c));
  return total;
}
int use_named(const std::map<std::string, rt::actor<counter>>& all) {
  return rt::get(rt::remote<&counter::increment>(all.at("b")));
}
rt::actor<counter> make_counter(int start) {
  auto c = rt::spawn<counter>(start);
  return c;
}

/// Calls another actor from its methods.
struct forwarder {
  rt::actor<counter> target;
  int forward(int by) { return rt::get(rt::remote<&counter::add>(target, by)); }
  rt::object_ref<int> forward_later(int by) { return rt::remote<&counter::add>(target, by); }
  int run_task(int x) { return rt::get(rt::remote<square>(x)); }
  rt::actor<counter> give() const { return target; }
};

}  // namespace

TEST_CASE_METHOD(runtime_fixture, "actors: keep state between calls", "[api]") {
  const rt::actor<counter> c = rt::spawn<counter>();
  CHECK(rt::get(rt::remote<&counter::increment>(c)) == 1);
  CHECK(rt::get(rt::remote<&counter::increment>(c)) == 2);
  CHECK(rt::get(rt::remote<&counter::add>(c, 10)) == 12);
  rt::get(rt::remote<&counter::reset>(c));
  CHECK(rt::get(rt::remote<&counter::read>(c)) == 0);
}

TEST_CASE_METHOD(runtime_fixture, "actors: methods of every kind", "[api]") {
  const auto c = rt::spawn<counter>(5);
  CHECK(rt::get(rt::remote<&counter::read>(c)) == 5);
  CHECK(rt::get(rt::remote<&counter::read_noexcept>(c)) == 5);
  CHECK(rt::get(rt::remote<&counter::read_lvalue>(c)) == 5);
  CHECK(rt::get(rt::remote<&counter::read_const_lvalue>(c)) == 5);
  CHECK(rt::get(rt::remote<&counter::look>(c)) == 5);
  CHECK(rt::get(rt::remote<&counter::scaled<double>>(c, 0.5)) == 2.5);
  CHECK(rt::get(rt::remote<static_cast<int (counter::*)(int)>(&counter::overloaded)>(c, 4)) == 4);
  CHECK(rt::get(rt::remote<static_cast<std::string (counter::*)(const std::string&) const>(
                    &counter::overloaded)>(c, "text")) == "text");
  CHECK(rt::get(rt::remote<counter::version>()) == 3);
  const rt::object_ref<void> done = rt::remote<&counter::reset>(c);
  rt::get(done);
}

TEST_CASE_METHOD(runtime_fixture, "actors: are built from arguments stored decayed", "[api]") {
  const auto ada = rt::spawn<account>("Ada", 10);
  CHECK(rt::get(rt::remote<&account::owner>(ada)) == "Ada");
  CHECK(rt::get(rt::remote<&account::deposit>(ada, 2.5)) == 12.5);
  CHECK(rt::get(rt::remote<&account::same_owner>(ada, "Ada")));

  rt::actor<account> bob;
  {
    std::string name = "Bob, whose name is longer than a string holds inside";
    bob = rt::spawn<account>(std::string_view(name));
    name.assign(name.size(), '#');
  }
  CHECK(rt::get(rt::remote<&account::owner>(bob)) ==
        "Bob, whose name is longer than a string holds inside");

  const auto eve =
      rt::spawn<account>(std::vector<double>{1, 2, 3}, std::make_unique<std::string>("Eve"));
  CHECK(rt::get(rt::remote<&account::balance>(eve)) == 6);
  CHECK(rt::get(rt::remote<&account::total>(eve, rt::put(std::vector<int>{1, 2}), "abc")) == 5);
}

TEST_CASE_METHOD(runtime_fixture, "actors: aggregates are built with braces", "[api]") {
  const auto full = rt::spawn<settings>("full", 2, std::vector<int>{1, 2, 3});
  CHECK(rt::get(rt::remote<&settings::describe>(full)) == "full:2:3");
  const auto partial = rt::spawn<settings>(std::string("partial"));
  CHECK(rt::get(rt::remote<&settings::describe>(partial)) == "partial:1:0");
  const auto none = rt::spawn<settings>();
  CHECK(rt::get(rt::remote<&settings::describe>(none)) == ":1:0");
}

TEST_CASE_METHOD(runtime_fixture, "actors: constructors take references as such or their values",
                 "[api]") {
  const auto ref = rt::remote<square>(6);
  CHECK(rt::get(rt::remote<&holder::value>(rt::spawn<holder>(ref))) == 36);
  CHECK(rt::get(rt::remote<&aggregate_holder::value>(rt::spawn<aggregate_holder>(ref))) == 36);
  CHECK(rt::get(rt::remote<&value_holder::value>(rt::spawn<value_holder>(ref))) == 36);
  CHECK(rt::get(rt::remote<&counter::read>(rt::spawn<counter>(ref))) == 36);
  const auto mixed = rt::spawn<account>(rt::put(std::string("Mix")), rt::put(2.0));
  CHECK(rt::get(rt::remote<&account::owner>(mixed)) == "Mix");
  CHECK(rt::get(rt::remote<&account::balance>(mixed)) == 2);
}

TEST_CASE_METHOD(runtime_fixture, "actors: calls take references and conversions", "[api]") {
  const auto c = rt::spawn<counter>();
  CHECK(rt::get(rt::remote<&counter::add>(c, rt::remote<square>(3))) == 9);
  CHECK(rt::get(rt::remote<&counter::add>(c, static_cast<short>(1))) == 10);
  const auto next = rt::remote<&counter::increment>(c);
  CHECK(rt::get(rt::remote<&counter::add>(c, next)) == 22);
}

TEST_CASE_METHOD(runtime_fixture, "actors: handles go to tasks, containers and actors", "[api]") {
  const auto c = rt::spawn<counter>();
  CHECK(rt::get(rt::remote<use_counter>(c, 3)) == 3);
  const auto d = rt::spawn<counter>(10);
  CHECK(rt::get(rt::remote<use_counters>(std::vector{c, d})) == 4 + 11);
  CHECK(rt::get(rt::remote<use_named>(std::map<std::string, rt::actor<counter>>{{"b", d}})) == 12);
  CHECK(rt::get(rt::remote<use_counter>(rt::put(c), 1)) == 5);

  const auto f = rt::spawn<forwarder>(c);
  CHECK(rt::get(rt::remote<&forwarder::forward>(f, 5)) == 10);
  CHECK(rt::get(rt::get(rt::remote<&forwarder::forward_later>(f, 5))) == 15);
  CHECK(rt::get(rt::remote<&forwarder::run_task>(f, 5)) == 25);
  const rt::actor<counter> same = rt::get(rt::remote<&forwarder::give>(f));
  CHECK(same == c);

  const auto made = rt::get(rt::remote<make_counter>(40));
  CHECK(rt::get(rt::remote<&counter::increment>(made)) == 41);

  const std::unordered_map<rt::actor<counter>, int> by_actor{{c, 1}, {d, 2}};
  CHECK(by_actor.at(same) == 1);
}

TEST_CASE_METHOD(runtime_fixture, "actors: an exception leaves the actor alive", "[api]") {
  const auto c = rt::spawn<counter>(1);
  CHECK_THROWS_AS(rt::get(rt::remote<&counter::fail>(c)), std::out_of_range);
  CHECK(rt::get(rt::remote<&counter::increment>(c)) == 2);
}

TEST_CASE_METHOD(runtime_fixture, "actors: calls take options", "[api]") {
  const auto c = rt::spawn<counter>.with({.name = "options", .num_cpus = 0.5})(7);
  CHECK(rt::get(rt::remote<&counter::read>.with({.name = "a read"})(c)) == 7);
}

TEST_CASE_METHOD(runtime_fixture, "actors: many of them", "[api]") {
  const std::size_t n = support::scaled(10'000);
  std::vector<rt::actor<counter>> all;
  for (std::size_t i = 0; i < n; ++i) all.push_back(rt::spawn<counter>(static_cast<int>(i)));
  std::vector<rt::object_ref<int>> refs;
  for (const auto& c : all) refs.push_back(rt::remote<&counter::increment>(c));
  const auto values = rt::get(refs);
  for (std::size_t i = 0; i < n; ++i) REQUIRE(values[i] == static_cast<int>(i) + 1);
}

TEST_CASE_METHOD(runtime_fixture, "actors: an empty handle is refused", "[api]") {
  const rt::actor<counter> none;
  CHECK_THROWS_AS(rt::get(rt::remote<&counter::increment>(none)), rt::error);
}
