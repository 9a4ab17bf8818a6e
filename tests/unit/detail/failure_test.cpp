// What a task throws comes back as what it was.

#include <any>
#include <filesystem>
#include <functional>
#include <future>
#include <ios>
#include <map>
#include <memory>
#include <new>
#include <optional>
#include <regex>
#include <system_error>
#include <thread>
#include <typeinfo>
#include <variant>

#include <pthread.h>

#include <rt/core/error.hpp>
#include <rt/task_error.hpp>

#include "support/catch.hpp"
#include "unit/detail/failure_types.hpp"

using namespace failure_test;
using Catch::Matchers::ContainsSubstring;
using rt::task_error;
using rt::detail::find_exception;
using rt::detail::run_guarded;

namespace {

struct hidden : std::out_of_range {
  using out_of_range::out_of_range;
};
RT_EXCEPTION(hidden)

/// Catches as `E`, and as all that it must be caught as; returns the text.
template <class E>
std::string caught_as(const std::exception_ptr& failure) {
  std::string text;
  bool caught = false;
  try {
    std::rethrow_exception(failure);
  } catch (const E&) {
    caught = true;
  } catch (...) {
  }
  CHECK(caught);
  caught = false;
  try {
    std::rethrow_exception(failure);
  } catch (const task_error& e) {
    caught = true;
    text = e.what();
  } catch (...) {
  }
  CHECK(caught);
  if constexpr (std::is_base_of_v<std::exception, E>) {
    caught = false;
    try {
      std::rethrow_exception(failure);
    } catch (const std::exception& e) {
      caught = true;
      CHECK(e.what() == text);
    } catch (...) {
    }
    CHECK(caught);
  }
  return text;
}

const task_error& told(const std::exception_ptr& failure) {
  const auto* error = find_exception<task_error>(failure);
  REQUIRE(error != nullptr);
  return *error;
}

/// Throws `original` in a task and checks what comes back, here and after a journey.
template <class E>
void check_comes_back(const E& original, const std::string& text) {
  const auto failure = failure_of("work", [&] { throw original; });
  const std::string expected = text + "\n  in task work (id-work) on node node-1, process 4711";
  CHECK(caught_as<E>(failure) == expected);
  CHECK(caught_as<E>(sent(failure)) == expected);
  for (const auto& each : {failure, sent(failure)}) {
    CHECK(told(each).task() == "work (id-work)");
    CHECK(told(each).node() == "node-1");
    CHECK(told(each).process() == "4711");
  }
  CHECK(told(sent(failure)).type_name() == told(failure).type_name());
  CHECK(told(sent(failure)).stack() == told(failure).stack());
}

template <class E>
void check_comes_back(const E& original) {
  check_comes_back(original, original.what());
}

template <class E>
std::exception_ptr thrown_again(const char* name, const E& failure) {
  return failure_of(name, [&] { std::rethrow_exception(failure); });
}

}  // namespace

TEST_CASE("failure: what does not throw has none") {
  bool ran = false;
  CHECK(failure_of("work", [&] { ran = true; }) == nullptr);
  CHECK(ran);
}

TEST_CASE("failure: the standard exceptions come back as they were") {
  check_comes_back(std::exception());
  check_comes_back(std::logic_error("a"));
  check_comes_back(std::domain_error("b"));
  check_comes_back(std::invalid_argument("c"));
  check_comes_back(std::length_error("d"));
  check_comes_back(std::out_of_range("e"));
  check_comes_back(std::runtime_error("f"));
  check_comes_back(std::range_error("g"));
  check_comes_back(std::overflow_error("h"));
  check_comes_back(std::underflow_error(""));
  check_comes_back(std::bad_alloc());
  check_comes_back(std::bad_array_new_length());
  check_comes_back(std::bad_cast());
  check_comes_back(std::bad_typeid());
  check_comes_back(std::bad_exception());
  check_comes_back(std::bad_function_call());
  check_comes_back(std::bad_weak_ptr());
  check_comes_back(std::bad_optional_access());
  check_comes_back(std::bad_variant_access());
  check_comes_back(std::bad_any_cast());
  check_comes_back(std::future_error(std::future_errc::broken_promise));
  check_comes_back(std::regex_error(std::regex_constants::error_brack));
  check_comes_back(std::system_error(std::make_error_code(std::errc::timed_out), "reading"));
  check_comes_back(std::ios_base::failure("stream"));
  check_comes_back(std::filesystem::filesystem_error(
      "opening", "/a", "/b", std::make_error_code(std::errc::no_such_file_or_directory)));
}

TEST_CASE("failure: what the standard library throws itself comes back") {
  const auto range = failure_of("work", [] { (void)std::map<int, int>().at(1); });
  CHECK_THAT(caught_as<std::out_of_range>(range), ContainsSubstring("map::at"));
  const auto access = failure_of("work", [] { (void)std::optional<int>().value(); });
  (void)caught_as<std::bad_optional_access>(access);
  const auto get = failure_of("work", [] { (void)std::get<0>(std::variant<int, char>('x')); });
  (void)caught_as<std::bad_variant_access>(get);
  const auto number = failure_of("work", [] { (void)std::stoi("x"); });
  (void)caught_as<std::invalid_argument>(number);
}

TEST_CASE("failure: error codes come along") {
  const auto failure = failure_of("work", [] {
    throw std::system_error(std::make_error_code(std::errc::timed_out), "reading");
  });
  for (const auto& each : {failure, sent(failure)}) {
    try {
      std::rethrow_exception(each);
    } catch (const std::system_error& e) {
      CHECK(e.code() == std::errc::timed_out);
    }
  }
  const auto stream =
      failure_of("work", [] { throw std::ios_base::failure("stream", std::io_errc::stream); });
  CHECK(find_exception<std::ios_base::failure>(sent(stream))->code() == std::io_errc::stream);
  const auto future =
      failure_of("work", [] { throw std::future_error(std::future_errc::no_state); });
  CHECK(find_exception<std::future_error>(sent(future))->code() == std::future_errc::no_state);
  const auto regex =
      failure_of("work", [] { throw std::regex_error(std::regex_constants::error_paren); });
  CHECK(find_exception<std::regex_error>(sent(regex))->code() == std::regex_constants::error_paren);
  const auto file = failure_of(
      "work", [] { throw std::filesystem::filesystem_error("x", "/a", "/b", std::error_code()); });
  CHECK(find_exception<std::filesystem::filesystem_error>(sent(file))->path1() == "/a");
  CHECK(find_exception<std::filesystem::filesystem_error>(sent(file))->path2() == "/b");
}

namespace {
class odd_category final : public std::error_category {
 public:
  const char* name() const noexcept override { return "odd"; }
  std::string message(int) const override { return "odd"; }
};
}  // namespace

TEST_CASE("failure: a code of an unknown category keeps its number") {
  static const odd_category category;
  const auto failure =
      failure_of("work", [] { throw std::system_error(std::error_code(42, category), "x"); });
  CHECK(find_exception<std::system_error>(failure)->code().category() == category);
  const auto read = sent(failure);
  CHECK(find_exception<std::system_error>(read)->code().value() == 42);
  CHECK(told(read).what() == std::string(told(failure).what()));
}

TEST_CASE("failure: the library's own errors keep code and outcome") {
  check_comes_back(rt::config_error("num_cpus"));
  check_comes_back(rt::get_timeout_error("late"));
  check_comes_back(rt::task_cancelled_error("cancelled"));
  check_comes_back(rt::serialization_error("bytes"));
  check_comes_back(rt::deadlock_error("waits for itself"));
  const auto failure = failure_of(
      "work", [] { throw rt::error(rt::errc::no_runtime, "none", rt::outcome::not_started); });
  for (const auto& each : {failure, sent(failure)}) {
    const auto* error = find_exception<rt::error>(each);
    REQUIRE(error != nullptr);
    CHECK(error->code() == rt::errc::no_runtime);
    CHECK(error->outcome() == rt::outcome::not_started);
  }
}

TEST_CASE("failure: declared exceptions come back, with their state") {
  check_comes_back(from_text("text"));
  check_comes_back(hidden("hidden"));
  check_comes_back(generic<int, double>("generic"));
  check_comes_back(with_both("both", 3));
  check_comes_back(with_state(12, "main.cpp"), "syntax error");
  check_comes_back(bare{5}, "an exception of type failure_test::bare");
  check_comes_back(nothing_at_all{}, "an exception of type failure_test::nothing_at_all");

  const auto failure = failure_of("work", [] { throw with_state(12, "main.cpp"); });
  for (const auto& each : {failure, sent(failure), sent(sent(failure))}) {
    CHECK(find_exception<with_state>(each)->line() == 12);
    CHECK(find_exception<with_state>(each)->file() == "main.cpp");
  }
  const auto both = sent(failure_of("work", [] { throw with_both("both", 3); }));
  CHECK(find_exception<with_both>(both)->number == 3);
  const with_both sliced = *find_exception<with_both>(both);
  CHECK(std::string(sliced.what()) == "both");
  CHECK(find_exception<bare>(sent(failure_of("work", [] { throw bare{5}; })))->number == 5);
}

TEST_CASE("failure: classes of one name, hidden in two sources, are told apart") {
  const auto other = failure_of_other_source();
  for (const auto& each : {other, sent(other)}) {
    CHECK(find_exception<hidden>(each) == nullptr);
    CHECK(find_exception<std::out_of_range>(each) == nullptr);
    CHECK_THAT(caught_as<std::runtime_error>(each), ContainsSubstring("other source"));
  }
}

namespace {

struct undeclared : std::range_error {
  explicit undeclared(const std::string& text) : range_error(text), own_text("own " + text) {}
  const char* what() const noexcept override { return own_text.c_str(); }
  std::string own_text;
};
struct deeper : undeclared {
  using undeclared::undeclared;
};
struct mixin {
  virtual ~mixin() = default;
};
struct two_bases : mixin, std::length_error {
  two_bases() : length_error("two") {}
};
struct near_and_far : undeclared, from_text {
  near_and_far() : undeclared("u"), from_text("f") {}
  const char* what() const noexcept override { return "near and far"; }
};
struct secretive : private std::runtime_error {
  secretive() : runtime_error("secret") {}
};
struct half_secretive : private std::logic_error, public std::bad_cast {
  half_secretive() : logic_error("secret") {}
};
struct twice_left : std::runtime_error {
  twice_left() : runtime_error("left") {}
};
struct twice_right : std::runtime_error {
  twice_right() : runtime_error("right") {}
};
struct twice : twice_left, twice_right {};
struct virtually : virtual std::exception {
  const char* what() const noexcept override { return "virtually"; }
};
struct virtual_left : virtual virtually {};
struct virtual_right : virtual virtually {};
struct virtual_diamond : virtual_left, virtual_right {};

}  // namespace

TEST_CASE("failure: an undeclared class comes back as its nearest declared base") {
  const auto failure = failure_of("work", [] { throw deeper("text"); });
  for (const auto& each : {failure, sent(failure)}) {
    CHECK_THAT(caught_as<std::range_error>(each), ContainsSubstring("own text\n"));
    CHECK(find_exception<undeclared>(each) == nullptr);
    CHECK_THAT(told(each).type_name(), ContainsSubstring("deeper"));
  }
  (void)caught_as<std::length_error>(failure_of("work", [] { throw two_bases(); }));
  (void)caught_as<std::exception>(failure_of("work", [] { throw virtual_diamond(); }));
}

TEST_CASE("failure: of several declared bases the nearest is taken, whatever its place") {
  const auto failure = failure_of("work", [] { throw near_and_far(); });
  for (const auto& each : {failure, sent(failure)}) {
    CHECK(find_exception<from_text>(each) != nullptr);
    CHECK(find_exception<std::range_error>(each) == nullptr);
    CHECK_THAT(told(each).what(), ContainsSubstring("near and far\n"));
  }
}

TEST_CASE("failure: bases that a catch would not take are passed over") {
  const auto secret = failure_of("work", [] { throw secretive(); });
  (void)caught_as<rt::untyped_task_error>(secret);
  CHECK_THAT(told(secret).what(), ContainsSubstring("secretive"));
  (void)caught_as<std::bad_cast>(failure_of("work", [] { throw half_secretive(); }));
  (void)caught_as<rt::untyped_task_error>(failure_of("work", [] { throw twice(); }));
}

TEST_CASE("failure: what has no declared base becomes an untyped_task_error, a runtime_error") {
  const auto number = failure_of("work", [] { throw 42; });
  for (const auto& each : {number, sent(number)}) {
    CHECK_THAT(caught_as<std::runtime_error>(each), ContainsSubstring("42\n"));
    (void)caught_as<rt::untyped_task_error>(each);
    CHECK(told(each).type_name() == "int");
  }
  const auto text = failure_of("work", [] { throw "literal"; });
  CHECK_THAT(caught_as<rt::untyped_task_error>(text), ContainsSubstring("literal\n"));
  const auto string = failure_of("work", [] { throw std::string("string"); });
  CHECK_THAT(caught_as<rt::untyped_task_error>(string), ContainsSubstring("string\n"));
  const auto other = failure_of("work", [] { throw mixin(); });
  CHECK_THAT(caught_as<rt::untyped_task_error>(other), ContainsSubstring("mixin"));
  const auto null = failure_of("work", [] { throw static_cast<const char*>(nullptr); });
  (void)caught_as<rt::untyped_task_error>(null);
  static int object = 0;
  const auto pointer = failure_of("work", [] { throw &object; });
  CHECK(told(pointer).type_name() == "int*");
}

TEST_CASE("failure: an exception that passes several tasks has one task_error, outermost first") {
  const auto inner = failure_of("inner", [] { throw hidden("bad"); });
  const auto middle = thrown_again("middle", inner);
  const auto outer = thrown_again("outer", middle);
  const std::string expected =
      "bad"
      "\n  in task outer (id-outer) on node node-1, process 4711"
      "\n  in task middle (id-middle) on node node-1, process 4711"
      "\n  in task inner (id-inner) on node node-1, process 4711";
  CHECK(caught_as<hidden>(outer) == expected);
  CHECK(caught_as<hidden>(sent(outer)) == expected);
  CHECK(caught_as<hidden>(thrown_again("outer", sent(middle))) == expected);
  CHECK(told(outer).task() == "inner (id-inner)");
  CHECK(told(outer).stack() == told(inner).stack());
  // What was thrown before is not changed by it.
  CHECK_THAT(told(inner).what(), !ContainsSubstring("outer"));
}

TEST_CASE("failure: an untyped_task_error is passed on as one") {
  const auto inner = failure_of("inner", [] { throw 42; });
  const auto outer = thrown_again("outer", sent(thrown_again("middle", inner)));
  CHECK_THAT(caught_as<rt::untyped_task_error>(outer), ContainsSubstring("42\n  in task outer"));
  CHECK(told(outer).type_name() == "int");
}

TEST_CASE("failure: a long chain keeps its ends") {
  auto failure = failure_of("first", [] { throw from_text("deep"); });
  for (int i = 0; i < 1000; ++i) failure = thrown_again("between", failure);
  failure = thrown_again("last", failure);
  const std::string text = caught_as<from_text>(sent(failure));
  CHECK_THAT(text, ContainsSubstring("deep\n  in task last"));
  CHECK_THAT(text, ContainsSubstring("970 more tasks"));
  CHECK(text.ends_with("in task first (id-first) on node node-1, process 4711"));
  CHECK(text.size() < 5000);
}

TEST_CASE("failure: a nested exception stays an object here and is told in the text elsewhere") {
  const auto failure = failure_of("work", [] {
    try {
      throw std::out_of_range("cause");
    } catch (...) {
      std::throw_with_nested(from_text("effect"));
    }
  });
  bool seen = false;
  try {
    std::rethrow_exception(failure);
  } catch (const from_text& e) {
    CHECK_THAT(e.what(), ContainsSubstring("effect\n"));
    try {
      std::rethrow_if_nested(e);
    } catch (const std::out_of_range& cause) {
      seen = std::string(cause.what()) == "cause";
    }
  }
  CHECK(seen);
  const auto again = thrown_again("outer", failure);
  CHECK_THROWS_AS(std::rethrow_if_nested(*find_exception<from_text>(again)), std::out_of_range);

  const auto elsewhere = sent(failure);
  CHECK_THAT(caught_as<from_text>(elsewhere),
             ContainsSubstring("effect\n  because of: cause\n  in task work"));
  CHECK_NOTHROW(std::rethrow_if_nested(*find_exception<from_text>(elsewhere)));
  CHECK(caught_as<from_text>(sent(elsewhere)) == caught_as<from_text>(elsewhere));
}

TEST_CASE("failure: a task's failure that is nested into another exception keeps its telling") {
  const auto inner = failure_of("inner", [] { throw hidden("cause"); });
  const auto outer = failure_of("outer", [&] {
    try {
      std::rethrow_exception(inner);
    } catch (...) {
      std::throw_with_nested(from_text("effect"));
    }
  });
  CHECK_THAT(caught_as<from_text>(outer), ContainsSubstring("effect\n  in task outer"));
  CHECK_THROWS_AS(std::rethrow_if_nested(*find_exception<from_text>(outer)), hidden);
  CHECK_THAT(caught_as<from_text>(sent(outer)), ContainsSubstring("because of: cause\n"));
}

TEST_CASE("failure: what is derived from a task's failure has its task_error still") {
  const auto inner = failure_of("inner", [] { throw from_text("text"); });
  const auto outer = failure_of("outer", [&] {
    try {
      std::rethrow_exception(inner);
    } catch (const rt::detail::thrown<from_text>& e) {
      std::throw_with_nested(e);
    }
  });
  CHECK_THAT(caught_as<from_text>(outer),
             ContainsSubstring("text\n  in task outer (id-outer) on node node-1, process 4711"
                               "\n  in task inner"));
}

namespace {
struct leave_actor : rt::detail::control_signal {};
}  // namespace

TEST_CASE("failure: a signal of the runtime's own passes as it is") {
  const auto failure = failure_of("work", [] { throw leave_actor(); });
  CHECK(find_exception<leave_actor>(failure) != nullptr);
  CHECK(find_exception<task_error>(failure) == nullptr);
}

TEST_CASE("failure: the unwinding of a thread that is ended passes") {
  struct at_end {
    bool* done;
    ~at_end() { *done = true; }
  };
  bool unwound = false;
  bool came_back = false;
  std::thread([&] {
    (void)failure_of("work", [&] {
      const at_end mark{&unwound};
      pthread_exit(nullptr);
    });
    came_back = true;
  }).join();
  CHECK(unwound);
  CHECK(!came_back);
}

namespace {
struct throws_when_copied : std::runtime_error {
  throws_when_copied() : runtime_error("original") {}
  throws_when_copied(const throws_when_copied& other) : runtime_error(other) {
    if (other.armed) throw std::logic_error("copying");
  }
  bool armed = false;
};
}  // namespace
namespace failure_test {
struct stubborn : throws_when_copied {
  stubborn() = default;
  explicit stubborn(const std::string&) {}
};
RT_EXCEPTION(stubborn)
}  // namespace failure_test

TEST_CASE("failure: what throws when it is copied comes back as its base") {
  const auto failure = failure_of("work", [] {
    try {
      throw stubborn();
    } catch (stubborn& e) {
      e.armed = true;
      throw;
    }
  });
  CHECK(find_exception<stubborn>(failure) == nullptr);
  CHECK_THAT(caught_as<std::runtime_error>(failure), ContainsSubstring("original\n"));
}

TEST_CASE("failure: one that no task threw is written and read without a task_error") {
  const auto plain = std::make_exception_ptr(rt::task_cancelled_error("was cancelled"));
  const auto read = sent(plain);
  CHECK(find_exception<rt::task_cancelled_error>(read) != nullptr);
  CHECK(find_exception<task_error>(read) == nullptr);
  CHECK(std::string(find_exception<std::exception>(read)->what()) == "was cancelled");
  CHECK(find_exception<std::out_of_range>(sent(std::make_exception_ptr(std::out_of_range("x")))) !=
        nullptr);
  CHECK(find_exception<std::runtime_error>(sent(std::make_exception_ptr(42))) != nullptr);
}

TEST_CASE("failure: copies share what they tell and outlive each other") {
  auto failure = failure_of("work", [] { throw from_text("text"); });
  std::optional<rt::detail::thrown<from_text>> copy;
  try {
    std::rethrow_exception(failure);
  } catch (const rt::detail::thrown<from_text>& e) {
    copy.emplace(e);
  }
  failure = nullptr;
  CHECK(copy->task() == "work (id-work)");
  CHECK_THAT(copy->what(), ContainsSubstring("in task work"));
  static_assert(std::is_nothrow_copy_constructible_v<rt::task_error> ||
                !std::is_copy_constructible_v<rt::task_error>);
}
