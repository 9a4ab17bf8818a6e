#include "support/catch.hpp"

#include <chrono>
#include <exception>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <rt/rt.hpp>

#include "support/runtime_fixture.hpp"

namespace {

using support::runtime_fixture;

int innermost(int x) { throw std::out_of_range("index " + std::to_string(x)); }
int middle(int x) { return rt::get(rt::remote<innermost>(x)) + 1; }
int outermost(int x) { return rt::get(rt::remote<middle>(x)) + 1; }

int add(int a, int b) { return a + b; }
int sum(std::vector<int> xs) { return static_cast<int>(xs.size()); }

int catches_and_throws(int x) {
  try {
    return rt::get(rt::remote<innermost>(x));
  } catch (const std::out_of_range&) {
    throw std::invalid_argument("something else");
  }
}
int catches(int x) {
  try {
    return rt::get(rt::remote<innermost>(x));
  } catch (const std::out_of_range&) {
    return -1;
  }
}
int nests(int x) {
  try {
    throw std::runtime_error("the cause " + std::to_string(x));
  } catch (...) {
    std::throw_with_nested(std::logic_error("the effect"));
  }
}
int times_out() {
  constexpr auto waits = [] {
    while (!rt::this_task::cancelled()) std::this_thread::yield();
    return 0;
  };
  const auto ref = rt::remote<waits>();
  try {
    return rt::get(ref, std::chrono::milliseconds(1));
  } catch (...) {
    rt::cancel(ref);
    throw;
  }
}

struct worker {
  int fail(int x) { throw std::out_of_range("in the actor " + std::to_string(x)); }
  int through(int x) { return rt::get(rt::remote<outermost>(x)); }
};

/// Returns the text of the `task_error` that `ref` fails with.
template <class T>
std::string chain_of(const rt::object_ref<T>& ref) {
  try {
    rt::get(ref);
  } catch (const rt::task_error& e) {
    return e.what();
  }
  return "nothing was thrown";
}

}  // namespace

TEST_CASE_METHOD(runtime_fixture, "error chains: name the tasks, outermost first", "[api]") {
  const std::string chain = chain_of(rt::remote<outermost>(7));
  INFO(chain);
  const auto text = chain.find("index 7");
  const auto outer = chain.find("outermost");
  const auto mid = chain.find("middle");
  const auto inner = chain.find("innermost");
  CHECK(text == 0);
  REQUIRE(inner != std::string::npos);
  CHECK(text < outer);
  CHECK(outer < mid);
  CHECK(mid < inner);
}

TEST_CASE_METHOD(runtime_fixture, "error chains: an object has exactly one task_error", "[api]") {
  try {
    rt::get(rt::remote<outermost>(7));
    FAIL("nothing was thrown");
  } catch (const std::out_of_range& e) {
    // Ambiguous if there were two.
    const auto* chain = dynamic_cast<const rt::task_error*>(&e);
    REQUIRE(chain != nullptr);
    CHECK(chain->type_name() == "std::out_of_range");
    CHECK(chain->task().find("innermost") != std::string::npos);
    CHECK(dynamic_cast<const std::exception*>(chain) == static_cast<const std::exception*>(&e));
  }
}

TEST_CASE_METHOD(runtime_fixture, "error chains: one reference, one chain", "[api]") {
  const auto ref = rt::remote<outermost>(7);
  const std::string first = chain_of(ref);
  CHECK(chain_of(ref) == first);
}

TEST_CASE_METHOD(runtime_fixture, "error chains: go through actors", "[api]") {
  const auto w = rt::spawn<worker>();
  const auto direct = rt::remote<&worker::fail>(w, 3);
  CHECK_THROWS_AS(rt::get(direct), std::out_of_range);
  CHECK_THAT(chain_of(direct), Catch::Matchers::ContainsSubstring("fail"));
  const std::string chain = chain_of(rt::remote<&worker::through>(w, 4));
  CHECK(chain.find("through") < chain.find("outermost"));
}

TEST_CASE_METHOD(runtime_fixture, "error chains: a failed argument fails its task alike", "[api]") {
  const auto failed = rt::remote<innermost>(3);
  const auto dependent = rt::remote<add>(1, failed);
  CHECK_THROWS_AS(rt::get(dependent), std::out_of_range);
  CHECK_THROWS_AS(rt::get(dependent), rt::task_error);
  CHECK_THROWS_AS(rt::get(rt::remote<add>(dependent, 1)), std::out_of_range);
  CHECK_THROWS_AS(rt::get(rt::remote<sum>(std::vector{rt::put(1), failed})), std::out_of_range);
  CHECK_THAT(chain_of(dependent), Catch::Matchers::ContainsSubstring("innermost"));
}

TEST_CASE_METHOD(runtime_fixture, "error chains: the first of two failed arguments", "[api]") {
  constexpr auto other = []() -> int { throw std::invalid_argument("other"); };
  const auto first = rt::remote<innermost>(1);
  const auto second = rt::remote<other>();
  rt::wait(std::vector{first, second}, {.num_returns = 2});
  CHECK_THROWS_AS(rt::get(rt::remote<add>(first, second)), std::out_of_range);
  CHECK_THROWS_AS(rt::get(rt::remote<add>(second, first)), std::invalid_argument);
}

TEST_CASE_METHOD(runtime_fixture, "error chains: what is caught inside does not come out",
                 "[api]") {
  CHECK(rt::get(rt::remote<catches>(1)) == -1);
  const auto ref = rt::remote<catches_and_throws>(1);
  CHECK_THROWS_AS(rt::get(ref), std::invalid_argument);
  CHECK_THAT(chain_of(ref), Catch::Matchers::ContainsSubstring("catches_and_throws"));
}

TEST_CASE_METHOD(runtime_fixture, "error chains: a nested cause is an object or is told", "[api]") {
  const auto ref = rt::remote<nests>(5);
  CHECK_THROWS_AS(rt::get(ref), std::logic_error);
  CHECK_THAT(chain_of(ref), Catch::Matchers::ContainsSubstring("the effect"));
  try {
    rt::get(ref);
  } catch (const std::logic_error& e) {
    if (support::distance_is_process()) {
      CHECK_THAT(e.what(), Catch::Matchers::ContainsSubstring("the cause 5"));
      return;
    }
    try {
      std::rethrow_if_nested(e);
      FAIL("nothing is nested");
    } catch (const std::runtime_error& cause) {
      CHECK_THAT(cause.what(), Catch::Matchers::ContainsSubstring("the cause 5"));
    }
  }
}

TEST_CASE_METHOD(runtime_fixture, "error chains: the library's own errors count as declared",
                 "[api]") {
  const auto ref = rt::remote<times_out>();
  CHECK_THROWS_AS(rt::get(ref), rt::get_timeout_error);
  CHECK_THROWS_AS(rt::get(ref), rt::task_error);
  try {
    rt::get(ref);
  } catch (const rt::error& e) {
    CHECK(e.code() == rt::errc::get_timeout);
    CHECK(dynamic_cast<const rt::task_error*>(&e) != nullptr);
  }
}

TEST_CASE_METHOD(runtime_fixture, "error chains: the stack is where it was thrown", "[api]") {
  try {
    rt::get(rt::remote<outermost>(1));
    FAIL("nothing was thrown");
  } catch (const rt::task_error& e) {
    CHECK(e.stack().find("#0") != std::string::npos);
    CHECK(e.stack().find('\n') != std::string::npos);
  }
}

TEST_CASE_METHOD(runtime_fixture, "errors: the runtime's own say what happened to whom", "[api]") {
  constexpr auto waits = [] {
    while (!rt::this_task::cancelled()) std::this_thread::yield();
  };
  const auto ref = rt::remote<waits>.with({.name = "patient one"})();
  try {
    rt::get(ref, std::chrono::milliseconds(1));
    FAIL("nothing was thrown");
  } catch (const rt::get_timeout_error& e) {
    CHECK_THAT(e.what(), Catch::Matchers::ContainsSubstring("patient one"));
  }
  rt::cancel(ref);
  try {
    rt::get(ref);
    FAIL("nothing was thrown");
  } catch (const rt::task_cancelled_error& e) {
    CHECK(e.code() == rt::errc::task_cancelled);
    CHECK_THAT(e.what(), Catch::Matchers::ContainsSubstring("patient one"));
  }
}
