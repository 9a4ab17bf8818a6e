#include "rt/core/error.hpp"

#include <type_traits>
#include <typeinfo>

#include "support/catch.hpp"

namespace {

template <class Error>
void check_class(rt::outcome by_default) {
  STATIC_REQUIRE(std::is_base_of_v<rt::error, Error>);
  STATIC_REQUIRE(std::is_nothrow_copy_constructible_v<Error>);
  INFO(rt::to_string(Error::fixed_code));

  const Error plain("what happened");
  CHECK(plain.code() == Error::fixed_code);
  CHECK(plain.outcome() == by_default);
  CHECK(std::string(plain.what()) == "what happened");

  const Error told("what happened", rt::outcome::completed);
  CHECK(told.outcome() == rt::outcome::completed);

  try {
    rt::throw_error(Error::fixed_code, "again", rt::outcome::not_started);
  } catch (const rt::error& thrown) {
    CHECK(typeid(thrown) == typeid(Error));
    CHECK(thrown.code() == Error::fixed_code);
    CHECK(thrown.outcome() == rt::outcome::not_started);
    CHECK(std::string(thrown.what()) == "again");
  }
}

TEST_CASE("error: each class knows its code, its own outcome, and is made again from them",
          "[core]") {
  check_class<rt::get_timeout_error>(rt::outcome::unknown);
  check_class<rt::task_cancelled_error>(rt::outcome::unknown);
  check_class<rt::actor_not_found_error>(rt::outcome::not_started);
  check_class<rt::name_taken_error>(rt::outcome::not_started);
  check_class<rt::actor_type_error>(rt::outcome::not_started);
  check_class<rt::actor_died_error>(rt::outcome::unknown);
  check_class<rt::pending_calls_limit_error>(rt::outcome::not_started);
  check_class<rt::unschedulable_error>(rt::outcome::not_started);
  check_class<rt::out_of_memory_error>(rt::outcome::unknown);
  check_class<rt::deadlock_error>(rt::outcome::not_started);
  check_class<rt::serialization_error>(rt::outcome::unknown);
  check_class<rt::function_not_found_error>(rt::outcome::not_started);
  check_class<rt::node_died_error>(rt::outcome::unknown);
  check_class<rt::owner_died_error>(rt::outcome::unknown);
  check_class<rt::object_lost_error>(rt::outcome::unknown);
  check_class<rt::actor_unavailable_error>(rt::outcome::unknown);
  check_class<rt::cluster_unavailable_error>(rt::outcome::not_started);
  check_class<rt::version_mismatch_error>(rt::outcome::not_started);
  check_class<rt::authentication_error>(rt::outcome::not_started);
  check_class<rt::config_error>(rt::outcome::not_started);
}

TEST_CASE("error: a code without a class of its own is thrown as rt::error", "[core]") {
  for (const rt::errc code : {rt::errc::no_runtime, rt::errc::not_isolated,
                              rt::errc::invalid_argument, rt::errc::user_exception}) {
    try {
      rt::throw_error(code, "text", rt::outcome::unknown);
    } catch (const rt::error& thrown) {
      CHECK(typeid(thrown) == typeid(rt::error));
      CHECK(thrown.code() == code);
    }
  }
}

TEST_CASE("error: a code from a newer peer keeps its number", "[core]") {
  const auto stranger = static_cast<rt::errc>(64000);
  try {
    rt::throw_error(stranger, "text", rt::outcome::unknown);
  } catch (const rt::error& thrown) {
    CHECK(thrown.code() == stranger);
  }
}

TEST_CASE("error: is caught as a std::runtime_error and copied whole", "[core]") {
  const rt::deadlock_error original("a waits for itself");
  rt::error copy = original;
  CHECK(copy.code() == rt::errc::deadlock);
  copy = rt::error(rt::errc::no_runtime, "gone");
  CHECK(copy.code() == rt::errc::no_runtime);
  CHECK(copy.outcome() == rt::outcome::unknown);
  CHECK_THROWS_AS(throw original, std::runtime_error);
}

}  // namespace
