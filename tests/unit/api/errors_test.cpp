#include "support/catch.hpp"

#include <exception>
#include <functional>
#include <ios>
#include <memory>
#include <new>
#include <optional>
#include <regex>
#include <stdexcept>
#include <string>
#include <system_error>
#include <typeinfo>
#include <variant>

#include <rt/rt.hpp>

#include "support/runtime_fixture.hpp"

namespace shop {

class out_of_stock : public std::runtime_error {
 public:
  explicit out_of_stock(const std::string& what) : std::runtime_error(what) {}
};
RT_EXCEPTION(out_of_stock)

/// Carries more than a text, and travels as any user type does.
class bad_order : public std::exception {
 public:
  bad_order() = default;
  bad_order(int number, std::string why) : number_(number), why_(std::move(why)) {}
  int number() const { return number_; }
  const char* what() const noexcept override { return why_.c_str(); }
  template <class Archive>
  void serialize(Archive& archive) {
    archive(number_, why_);
  }

 private:
  int number_ = 0;
  std::string why_;
};
RT_EXCEPTION(bad_order);

namespace inner {
struct refused : std::logic_error {
  using std::logic_error::logic_error;
};
RT_EXCEPTION(refused)
}  // namespace inner

/// Declared through its base only.
struct sold_out : out_of_stock {
  sold_out() : out_of_stock("sold out") {}
};

/// Not declared at all.
struct secret : std::range_error {
  secret() : std::range_error("secret") {}
};

}  // namespace shop

struct global_exception : std::runtime_error {
  using std::runtime_error::runtime_error;
};
RT_EXCEPTION(global_exception)

namespace {

using support::runtime_fixture;

/// The ways a task of these tests fails.
enum class way {
  out_of_range,
  invalid_argument,
  domain,
  length,
  overflow,
  underflow,
  bad_alloc,
  bad_cast,
  bad_optional,
  bad_variant,
  bad_function,
  bad_weak,
  system,
  ios,
  plain,
  stock,
  order,
  inner,
  global,
  derived,
  undeclared,
  number,
  text,
};

int fail(way w) {
  switch (w) {
    case way::out_of_range: throw std::out_of_range("what happened");
    case way::invalid_argument: throw std::invalid_argument("what happened");
    case way::domain: throw std::domain_error("what happened");
    case way::length: throw std::length_error("what happened");
    case way::overflow: throw std::overflow_error("what happened");
    case way::underflow: throw std::underflow_error("what happened");
    case way::bad_alloc: throw std::bad_alloc();
    case way::bad_cast: throw std::bad_cast();
    case way::bad_optional: throw std::bad_optional_access();
    case way::bad_variant: throw std::bad_variant_access();
    case way::bad_function: throw std::bad_function_call();
    case way::bad_weak: throw std::bad_weak_ptr();
    case way::system: throw std::system_error(ENOENT, std::generic_category(), "what happened");
    case way::ios: throw std::ios_base::failure("what happened");
    case way::plain: throw std::exception();
    case way::stock: throw shop::out_of_stock("no bolts");
    case way::order: throw shop::bad_order(7, "no address");
    case way::inner: throw shop::inner::refused("refused");
    case way::global: throw global_exception("global");
    case way::derived: throw shop::sold_out();
    case way::undeclared: throw shop::secret();
    case way::number: throw 42;
    case way::text: throw "a text";
  }
  return 0;
}

/// Checks that what arrives is caught as `Exception`, as `task_error` and as `std::exception`.
template <class Exception>
void check_arrives_as(way w) {
  INFO("as " << typeid(Exception).name());
  const auto ref = rt::remote<fail>(w);
  CHECK_THROWS_AS(rt::get(ref), Exception);
  CHECK_THROWS_AS(rt::get(ref), rt::task_error);
  CHECK_THROWS_AS(rt::get(ref), std::exception);
  try {
    rt::get(ref);
  } catch (const Exception& e) {
    const auto* as_task_error = dynamic_cast<const rt::task_error*>(&e);
    REQUIRE(as_task_error != nullptr);
    CHECK(std::string(as_task_error->what()).find("fail") != std::string::npos);
  }
}

}  // namespace

TEST_CASE_METHOD(runtime_fixture, "errors: standard exceptions arrive as what they were", "[api]") {
  check_arrives_as<std::out_of_range>(way::out_of_range);
  check_arrives_as<std::logic_error>(way::out_of_range);
  check_arrives_as<std::invalid_argument>(way::invalid_argument);
  check_arrives_as<std::domain_error>(way::domain);
  check_arrives_as<std::length_error>(way::length);
  check_arrives_as<std::overflow_error>(way::overflow);
  check_arrives_as<std::underflow_error>(way::underflow);
  check_arrives_as<std::runtime_error>(way::underflow);
  check_arrives_as<std::bad_alloc>(way::bad_alloc);
  check_arrives_as<std::bad_cast>(way::bad_cast);
  check_arrives_as<std::bad_optional_access>(way::bad_optional);
  check_arrives_as<std::bad_variant_access>(way::bad_variant);
  check_arrives_as<std::bad_function_call>(way::bad_function);
  check_arrives_as<std::bad_weak_ptr>(way::bad_weak);
  check_arrives_as<std::system_error>(way::system);
  check_arrives_as<std::ios_base::failure>(way::ios);
  check_arrives_as<std::exception>(way::plain);
}

TEST_CASE_METHOD(runtime_fixture, "errors: a system_error keeps its code", "[api]") {
  try {
    rt::get(rt::remote<fail>(way::system));
    FAIL("nothing was thrown");
  } catch (const std::system_error& e) {
    CHECK(e.code() == std::errc::no_such_file_or_directory);
  }
}

TEST_CASE_METHOD(runtime_fixture, "errors: declared exceptions arrive as what they were", "[api]") {
  check_arrives_as<shop::out_of_stock>(way::stock);
  check_arrives_as<shop::inner::refused>(way::inner);
  check_arrives_as<global_exception>(way::global);
  check_arrives_as<shop::bad_order>(way::order);
  try {
    rt::get(rt::remote<fail>(way::order));
  } catch (const shop::bad_order& e) {
    CHECK(e.number() == 7);
    CHECK(std::string(e.what()).find("no address") == 0);
  }
}

TEST_CASE_METHOD(runtime_fixture, "errors: an undeclared type arrives as its standard base",
                 "[api]") {
  check_arrives_as<std::range_error>(way::undeclared);
  check_arrives_as<std::runtime_error>(way::derived);
}

TEST_CASE_METHOD(runtime_fixture, "errors: what has no standard base is untyped", "[api]") {
  check_arrives_as<rt::untyped_task_error>(way::number);
  check_arrives_as<std::runtime_error>(way::text);
  try {
    rt::get(rt::remote<fail>(way::number));
  } catch (const rt::task_error& e) {
    CHECK(e.type_name() == "int");
  }
}

TEST_CASE_METHOD(runtime_fixture, "errors: both kinds of what() begin with the text", "[api]") {
  const auto ref = rt::remote<fail>(way::out_of_range);
  try {
    rt::get(ref);
  } catch (const std::exception& e) {
    CHECK(std::string(e.what()).find("what happened") == 0);
  }
  try {
    rt::get(ref);
  } catch (const rt::task_error& e) {
    CHECK(std::string(e.what()).find("what happened") == 0);
    CHECK(e.type_name() == "std::out_of_range");
    CHECK(e.task().find("fail") != std::string::npos);
    CHECK_FALSE(e.node().empty());
    CHECK_FALSE(e.process().empty());
    CHECK_FALSE(e.stack().empty());
  }
}

TEST_CASE_METHOD(runtime_fixture, "errors: are thrown anew at each get, in any thread", "[api]") {
  const auto ref = rt::remote<fail>(way::stock);
  const auto copy = ref;
  for (int i = 0; i < 3; ++i) CHECK_THROWS_AS(rt::get(copy), shop::out_of_stock);
  CHECK_THROWS_AS(rt::pin(ref), shop::out_of_stock);
  const auto tried = rt::try_get(ref);
  REQUIRE_FALSE(tried.has_value());
  CHECK(tried.error().outcome == rt::outcome::completed);
  CHECK(tried.error().message.find("no bolts") != std::string::npos);
}

TEST_CASE_METHOD(runtime_fixture, "errors: a good task beside a failed one is unharmed", "[api]") {
  constexpr auto fine = [](int x) { return x; };
  const auto failed = rt::remote<fail>(way::stock);
  CHECK(rt::get(rt::remote<fine>(5)) == 5);
  CHECK_THROWS_AS(rt::get(failed), shop::out_of_stock);
  CHECK(rt::get(rt::remote<fine>(6)) == 6);
}
