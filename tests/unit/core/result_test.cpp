#include "rt/core/result.hpp"

#include <memory>
#include <new>
#include <stdexcept>
#include <vector>

#include "rt/core/error.hpp"
#include "support/catch.hpp"

namespace {

struct no_default {
  explicit no_default(int n) : number(n) {}
  int number;
};

rt::error_info some_error() {
  return {.code = rt::errc::deadlock, .outcome = rt::outcome::not_started, .message = "round"};
}

template <class Exception>
std::exception_ptr caught(Exception exception) {
  return std::make_exception_ptr(exception);
}

TEST_CASE("result: holds a value", "[core]") {
  rt::result<int> r = 4;
  CHECK(r.has_value());
  CHECK(static_cast<bool>(r));
  CHECK(r.value() == 4);
  CHECK(*r == 4);
  *r = 5;
  CHECK(r.value_or(9) == 5);
}

TEST_CASE("result: holds an error, and value() throws the class of its code", "[core]") {
  rt::result<int> r = some_error();
  CHECK_FALSE(r);
  CHECK(r.error().code == rt::errc::deadlock);
  CHECK(r.error().message == "round");
  CHECK(r.value_or(9) == 9);
  CHECK_THROWS_AS(r.value(), rt::deadlock_error);
  CHECK_THROWS_AS(std::move(r).value(), rt::deadlock_error);
}

TEST_CASE("result: value() throws the original exception where there is one", "[core]") {
  const rt::result<int> r = rt::error_info::from(caught(std::out_of_range("index 7")));
  CHECK_THROWS_AS(r.value(), std::out_of_range);
  CHECK(r.error().message == "index 7");
}

TEST_CASE("result: takes a type that only moves", "[core]") {
  rt::result<std::unique_ptr<int>> r = std::make_unique<int>(3);
  REQUIRE(r);
  CHECK(**r == 3);
  const std::unique_ptr<int> moved = std::move(r).value();
  CHECK(*moved == 3);

  rt::result<std::unique_ptr<int>> other = std::make_unique<int>(8);
  r = std::move(other);
  CHECK(**r == 8);
  const std::unique_ptr<int> taken = *std::move(r);
  CHECK(*taken == 8);
  CHECK(*rt::result<std::unique_ptr<int>>(some_error()).value_or(std::make_unique<int>(1)) == 1);
}

TEST_CASE("result: takes a type without a default constructor", "[core]") {
  const rt::result<no_default> r(std::in_place, 6);
  CHECK(r->number == 6);
  const rt::result<no_default> failed = some_error();
  CHECK_FALSE(failed.has_value());
}

TEST_CASE("result: converts what converts to its type", "[core]") {
  const rt::result<std::string> text = "literal";
  CHECK(text->size() == 7);
  rt::result<std::vector<int>> list = std::vector<int>{1, 2};
  list->push_back(3);
  CHECK(list->size() == 3);
  STATIC_REQUIRE_FALSE(std::is_constructible_v<rt::result<int>, std::string>);
}

TEST_CASE("result: is assigned over either state", "[core]") {
  rt::result<std::string> r = "one";
  r = some_error();
  CHECK_FALSE(r);
  r = std::string("two");
  CHECK(*r == "two");
  const rt::result<std::string> copy = r;
  CHECK(*copy == *r);
}

TEST_CASE("result: of void is done or failed", "[core]") {
  const rt::result<void> done;
  CHECK(done);
  CHECK_NOTHROW(done.value());
  const rt::result<void> failed = some_error();
  CHECK_FALSE(failed.has_value());
  CHECK(failed.error().outcome == rt::outcome::not_started);
  CHECK_THROWS_AS(failed.value(), rt::deadlock_error);
}

TEST_CASE("error_info: tells one of ours by its own code and outcome", "[core]") {
  const auto info =
      rt::error_info::from(caught(rt::name_taken_error("a name", rt::outcome::completed)));
  CHECK(info.code == rt::errc::name_taken);
  CHECK(info.outcome == rt::outcome::completed);
  CHECK(info.message == "a name");
  CHECK_THROWS_AS(info.rethrow(), rt::name_taken_error);
}

TEST_CASE("error_info: takes any other exception for the user's, completed", "[core]") {
  const auto standard = rt::error_info::from(caught(std::bad_alloc()));
  CHECK(standard.code == rt::errc::user_exception);
  CHECK(standard.outcome == rt::outcome::completed);
  CHECK_THROWS_AS(standard.rethrow(), std::bad_alloc);

  const auto number = rt::error_info::from(caught(42));
  CHECK(number.code == rt::errc::user_exception);
  CHECK(number.message == "an exception of type int");
  CHECK_THROWS_AS(number.rethrow(), int);
}

TEST_CASE("error_info: names the type of an exception that has no text", "[core]") {
  const auto info = rt::error_info::from(caught(no_default(1)));
  CHECK(info.message.find("no_default") != std::string::npos);
}

}  // namespace
