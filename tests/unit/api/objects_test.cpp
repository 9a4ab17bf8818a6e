#include "support/catch.hpp"

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <tuple>
#include <type_traits>
#include <variant>
#include <vector>

#include <rt/rt.hpp>

#include "support/gate.hpp"
#include "support/runtime_fixture.hpp"

namespace objects_test {

struct point {
  double x = 0;
  double y = 0;
  friend bool operator==(const point&, const point&) = default;
};

/// Travels by `serialize`.
struct person {
  std::string name;
  int age = 0;
  std::vector<std::string> children;
  friend bool operator==(const person&, const person&) = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(name, age, children);
  }
};

/// Travels by free `save` and `load`.
class celsius {
 public:
  celsius() = default;
  explicit celsius(double degrees) : degrees_(degrees) {}
  double degrees() const { return degrees_; }
  void set(double degrees) { degrees_ = degrees; }

 private:
  double degrees_ = 0;
};
template <class Archive>
void save(Archive& archive, const celsius& c) {
  archive(c.degrees());
}
template <class Archive>
void load(Archive& archive, celsius& c) {
  double degrees = 0;
  archive(degrees);
  c.set(degrees);
}

/// Refers to its own kind while it is still incomplete.
struct chained {
  int value = 0;
  rt::object_ref<chained> next;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(value, next);
  }
};

/// Tells when the last of its kind with a mark is gone.
struct marked {
  static inline std::atomic<int> alive{0};
  int mark = 0;
  explicit marked(int m = 0) : mark(m) { ++alive; }
  marked(const marked& other) : mark(other.mark) { ++alive; }
  marked& operator=(const marked&) = default;
  ~marked() { --alive; }
  template <class Archive>
  void serialize(Archive& archive) {
    archive(mark);
  }
};

}  // namespace objects_test

namespace {

using support::runtime_fixture;
using namespace objects_test;

point mirror(point p) { return {p.y, p.x}; }
person older(person p) {
  ++p.age;
  return p;
}
double warmer(const celsius& c) { return c.degrees() + 1; }
celsius make_celsius(double d) { return celsius(d); }
int depth(const chained& c) { return c.next ? 1 + rt::get(rt::remote<depth>(c.next)) : 0; }
int read_mark(const marked& m) { return m.mark; }
marked make_marked(int m) { return marked(m); }

template <class T>
T same(T value) {
  return value;
}
template <class T>
bool round_trips(const T& value) {
  return rt::get(rt::remote<same<T>>(value)) == value && rt::get(rt::put(value)) == value;
}

}  // namespace

TEST_CASE_METHOD(runtime_fixture, "put: stores values of every kind", "[api]") {
  CHECK(rt::get(rt::put(5)) == 5);
  CHECK(rt::get(rt::put(std::vector<int>{1, 2})) == std::vector<int>{1, 2});
  static_assert(std::is_same_v<decltype(rt::put("text")), rt::object_ref<std::string>>);
  CHECK(rt::get(rt::put("text")) == "text");
  const std::string kept = "kept";
  CHECK(rt::get(rt::put(kept)) == "kept");
  static_assert(std::is_same_v<decltype(rt::put(kept)), rt::object_ref<std::string>>);
  const rt::object_ref<int> ref = rt::put(1);
  static_assert(std::is_same_v<decltype(rt::put(ref)), rt::object_ref<rt::object_ref<int>>>);
  CHECK(rt::get(rt::get(rt::put(ref))) == 1);
  CHECK(*rt::get(rt::put(std::make_unique<int>(3))) == 3);
}

TEST_CASE_METHOD(runtime_fixture, "put: the type may be named", "[api]") {
  const auto text = rt::put<std::string>("named");
  CHECK(rt::get(text) == "named");
  CHECK(rt::get(rt::put<std::vector<int>>({1, 2})) == std::vector{1, 2});
}

TEST_CASE_METHOD(runtime_fixture, "objects: user types travel", "[api]") {
  CHECK(rt::get(rt::remote<mirror>(point{1, 2})) == point{2, 1});
  CHECK(rt::get(rt::remote<older>(person{"Ada", 35, {"Byron"}})) == person{"Ada", 36, {"Byron"}});
  CHECK(rt::get(rt::remote<warmer>(celsius(20))) == 21);
  CHECK(rt::get(rt::remote<make_celsius>(3.5)).degrees() == 3.5);
}

TEST_CASE_METHOD(runtime_fixture, "objects: standard types travel", "[api]") {
  CHECK(round_trips(std::string("a\0b", 3)));
  CHECK(round_trips(std::vector<std::string>{"x", "", "yz"}));
  CHECK(round_trips(std::vector<bool>{true, false, true}));
  CHECK(round_trips(std::vector<std::vector<double>>{{}, {1.5}}));
  CHECK(round_trips(std::map<std::string, std::vector<int>>{{"a", {1}}, {"b", {}}}));
  CHECK(round_trips(std::optional<std::string>("here")));
  CHECK(round_trips(std::optional<int>()));
  CHECK(round_trips(std::variant<int, std::string>("text")));
  CHECK(round_trips(std::tuple<int, std::string>(1, "one")));
  CHECK(round_trips(std::pair<int, std::string>(1, "one")));
  CHECK(round_trips(std::vector<point>{{1, 2}, {3, 4}}));
  CHECK(round_trips(std::vector<person>{{"Ada", 36, {}}}));
}

TEST_CASE_METHOD(runtime_fixture, "objects: a type may refer to objects of its own kind", "[api]") {
  rt::object_ref<chained> head = rt::put(chained{0, {}});
  for (int i = 1; i <= 10; ++i) head = rt::put(chained{i, head});
  CHECK(rt::get(rt::remote<depth>(head)) == 10);
  CHECK(rt::get(rt::get(head).next).value == 9);
}

TEST_CASE_METHOD(runtime_fixture, "pin: reads the object where it lies", "[api]") {
  const auto ref = rt::remote<older>(person{"Bob", 1, {}});
  const rt::pinned<person> p = rt::pin(ref);
  CHECK(p->name == "Bob");
  CHECK((*p).age == 2);
  static_assert(std::is_same_v<decltype(*p), const person&>);

  const auto box = rt::put(std::make_unique<int>(7));
  CHECK(**rt::pin(box) == 7);
}

TEST_CASE_METHOD(runtime_fixture, "pin: keeps the object without its reference", "[api]") {
  auto ref = rt::put(std::string("still here, and too long to be stored inside the string"));
  const auto p = rt::pin(ref);
  ref = {};
  CHECK(*p == "still here, and too long to be stored inside the string");
  const auto q = rt::pin(rt::put(5));
  CHECK(*q == 5);
}

TEST_CASE_METHOD(runtime_fixture, "pin: throws what the task threw", "[api]") {
  constexpr auto fails = []() -> int { throw std::out_of_range("no"); };
  CHECK_THROWS_AS(rt::pin(rt::remote<fails>()), std::out_of_range);
}

TEST_CASE_METHOD(runtime_fixture, "objects: end with their last reference", "[api]") {
  const int before = marked::alive;
  {
    const auto ref = rt::put(marked(1));
    const auto copy = ref;
    CHECK(rt::get(rt::remote<read_mark>(ref)) == 1);
    CHECK(marked::alive > before);
  }
  // A task's own hold on its arguments may end a moment after its result is there.
  while (marked::alive != before) std::this_thread::yield();
  {
    std::vector<rt::object_ref<marked>> refs;
    for (int i = 0; i < 100; ++i) refs.push_back(rt::remote<make_marked>(i));
    rt::wait(refs, {.num_returns = 100});
  }
  while (marked::alive != before) std::this_thread::yield();
  SUCCEED();
}

TEST_CASE_METHOD(runtime_fixture, "objects: a result no one waits for is still made and freed",
                 "[api]") {
  const int before = marked::alive;
  static support::tally ran;
  ran.reset();
  constexpr auto mark = [](int m) {
    ran.add();
    return marked(m);
  };
  for (int i = 0; i < 20; ++i) rt::remote<mark>(i);
  ran.wait_for(20);
  while (marked::alive != before) std::this_thread::yield();
  SUCCEED();
}
