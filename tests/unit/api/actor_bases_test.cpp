#include "support/catch.hpp"

#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include <rt/rt.hpp>

#include "support/runtime_fixture.hpp"

namespace {

using support::runtime_fixture;

struct shape {
  virtual ~shape() = default;
  virtual double area() const = 0;
  virtual std::string name() const { return "shape"; }
  std::string described() const { return name() + " " + std::to_string(static_cast<int>(area())); }
};

/// A second base, so that converting moves the pointer.
struct counted_use {
  int uses = 0;
  int use() { return ++uses; }
  virtual int use_twice() { return uses += 2; }
  virtual ~counted_use() = default;
};

class rectangle : public shape, public counted_use {
 public:
  rectangle(double a, double b) : a_(a), b_(b) {}
  double area() const override { return a_ * b_; }
  std::string name() const override { return "rectangle"; }
  void stretch(double by) { a_ *= by; }

 private:
  double a_;
  double b_;
};

struct square final : rectangle {
  explicit square(double a) : rectangle(a, a) {}
  std::string name() const override { return "square"; }
  int use_twice() override { return uses += 20; }
};

struct lonely {
  int nothing() { return 0; }
};
class hidden : lonely {
 public:
  int something() { return nothing(); }
};

double area_of(rt::actor<shape> s) { return rt::get(rt::remote<&shape::area>(s)); }
double areas_of(const std::vector<rt::actor<shape>>& all) {
  double total = 0;
  for (const auto& s : all) total += rt::get(rt::remote<&shape::area>(s));
  return total;
}

struct drawing {
  std::vector<rt::actor<shape>> shapes;
  void add(rt::actor<shape> s) { shapes.push_back(std::move(s)); }
  double area() const { return areas_of(shapes); }
};

}  // namespace

TEST_CASE_METHOD(runtime_fixture, "actor bases: inherited methods are called", "[api]") {
  const auto r = rt::spawn<rectangle>(2, 3);
  CHECK(rt::get(rt::remote<&rectangle::area>(r)) == 6);
  CHECK(rt::get(rt::remote<&counted_use::use>(r)) == 1);
  CHECK(rt::get(rt::remote<&rectangle::use>(r)) == 2);
  CHECK(rt::get(rt::remote<&shape::described>(r)) == "rectangle 6");

  const auto s = rt::spawn<square>(2.0);
  rt::remote<&rectangle::stretch>(s, 3.0);
  CHECK(rt::get(rt::remote<&square::area>(s)) == 12);
  CHECK(rt::get(rt::remote<&square::use>(s)) == 1);
}

TEST_CASE_METHOD(runtime_fixture, "actor bases: virtual methods dispatch", "[api]") {
  const auto s = rt::spawn<square>(4.0);
  CHECK(rt::get(rt::remote<&shape::name>(s)) == "square");
  CHECK(rt::get(rt::remote<&rectangle::name>(s)) == "square");
  CHECK(rt::get(rt::remote<&counted_use::use_twice>(s)) == 20);
  CHECK(rt::get(rt::remote<&shape::area>(s)) == 16);
}

TEST_CASE_METHOD(runtime_fixture, "actor bases: handles convert, also to an abstract base",
                 "[api]") {
  const rt::actor<square> s = rt::spawn<square>(3.0);
  const rt::actor<rectangle> as_rectangle = s;
  const rt::actor<shape> as_shape = s;
  const rt::actor<counted_use> as_use = as_rectangle;
  CHECK(rt::get(rt::remote<&shape::name>(as_shape)) == "square");
  CHECK(rt::get(rt::remote<&counted_use::use>(as_use)) == 1);
  CHECK(rt::get(rt::remote<&counted_use::use_twice>(as_use)) == 21);
  CHECK(rt::get(rt::remote<&shape::area>(as_rectangle)) == 9);

  CHECK(rt::get(rt::remote<area_of>(s)) == 9);
  CHECK(rt::get(rt::remote<area_of>(as_shape)) == 9);
  rt::actor<shape> assigned;
  assigned = rt::spawn<rectangle>(1, 5);
  const std::vector<rt::actor<shape>> all{s, assigned};
  CHECK(rt::get(rt::remote<areas_of>(all)) == 14);

  const auto d = rt::spawn<drawing>();
  rt::remote<&drawing::add>(d, s);
  rt::remote<&drawing::add>(d, assigned);
  CHECK(rt::get(rt::remote<&drawing::area>(d)) == 14);
}

TEST_CASE_METHOD(runtime_fixture, "actor bases: a base handle keeps the actor alive", "[api]") {
  rt::actor<counted_use> use;
  {
    const auto s = rt::spawn<square>(3.0);
    use = s;
  }
  CHECK(rt::get(rt::remote<&counted_use::use>(use)) == 1);
}

TEST_CASE("actor bases: only public unambiguous bases convert", "[api]") {
  static_assert(std::is_convertible_v<rt::actor<square>, rt::actor<shape>>);
  static_assert(std::is_convertible_v<rt::actor<rectangle>, rt::actor<counted_use>>);
  static_assert(!std::is_convertible_v<rt::actor<shape>, rt::actor<rectangle>>);
  static_assert(!std::is_convertible_v<rt::actor<square>, rt::actor<lonely>>);
  static_assert(!std::is_convertible_v<rt::actor<hidden>, rt::actor<lonely>>);
  static_assert(!rt::callable<&square::name, rt::actor<shape>>);
  static_assert(rt::callable<&shape::name, rt::actor<square>>);
  CHECK(hidden().something() == 0);
}
