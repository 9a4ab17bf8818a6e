// The stack where something was thrown, taken before it was unwound.

#include <rt/task_error.hpp>

#include <array>
#include <atomic>
#include <cstdint>
#include <thread>

#include "api/throw_stack.hpp"
#include "support/catch.hpp"
#include "unit/detail/failure_types.hpp"

#include <dlfcn.h>

using namespace failure_test;
using Catch::Matchers::ContainsSubstring;
using rt::detail::find_exception;

namespace {

std::string stack_of(const std::exception_ptr& failure) {
  const auto* told = find_exception<rt::task_error>(failure);
  REQUIRE(told != nullptr);
  return told->stack();
}

std::uintptr_t offset_of(const void* code) {
  Dl_info info{};
  REQUIRE(dladdr(code, &info) != 0);
  return reinterpret_cast<std::uintptr_t>(code) - reinterpret_cast<std::uintptr_t>(info.dli_fbase);
}

/// Returns the addresses in their module that the lines of `stack` name.
std::vector<std::uintptr_t> offsets_in(const std::string& stack) {
  std::vector<std::uintptr_t> offsets;
  for (std::size_t at = 0; at < stack.size();) {
    const std::size_t end = stack.find('\n', at);
    const std::string line = stack.substr(at, end - at);
    offsets.push_back(std::stoull(line.substr(line.rfind('+') + 1), nullptr, 16));
    at = end + 1;
  }
  return offsets;
}

volatile int sink = 0;

// Each function keeps something to do after its call, so that the call is no jump.
[[gnu::noinline]] void throw_deep(int depth) {
  if (depth == 0) throw from_text("deep");
  throw_deep(depth - 1);
  sink = sink + 1;
}

[[gnu::noinline]] void throw_number() { throw 42; }
[[gnu::noinline]] void throw_pointer() { throw "text"; }
[[gnu::noinline]] void throw_text(const char* text) { throw from_text(text); }

}  // namespace

// Names that are exported where the linker exports a program's names at all.
extern "C" {
[[gnu::noinline, gnu::visibility("default")]] void throw_stack_test_thrower() {
  throw from_text("here");
}
[[gnu::noinline, gnu::visibility("default")]] void throw_stack_test_caller() {
  throw_stack_test_thrower();
  sink = sink + 1;
}
}

namespace {

/// Whether the line names a place in the function, which is no longer than a page.
bool in_function(std::uintptr_t offset, void (*function)()) {
  const std::uintptr_t begin = offset_of(reinterpret_cast<const void*>(function));
  return offset >= begin && offset < begin + 4096;
}

}  // namespace

TEST_CASE("throw_stack: tells the function that threw, and who called it") {
  const auto failure = failure_of("work", [] { throw_stack_test_caller(); });
  const std::string stack = stack_of(failure);
  INFO(stack);
  const auto offsets = offsets_in(stack);
  REQUIRE(offsets.size() >= 2);
  CHECK(in_function(offsets[0], &throw_stack_test_thrower));
  CHECK(in_function(offsets[1], &throw_stack_test_caller));
  CHECK_THAT(stack, !ContainsSubstring("__cxa_throw"));
}

TEST_CASE("throw_stack: ends where the task begins") {
  const auto failure = failure_of("work", [] { throw_deep(5); });
  INFO(stack_of(failure));
  // Six frames of the function, and at most the body and what calls it.
  const auto offsets = offsets_in(stack_of(failure));
  CHECK(offsets.size() >= 6);
  CHECK(offsets.size() <= 8);
}

TEST_CASE("throw_stack: is bounded") {
  const auto failure = failure_of("work", [] { throw_deep(1000); });
  const auto offsets = offsets_in(stack_of(failure));
  CHECK(offsets.size() > 40);
  CHECK(offsets.size() <= 64);
}

TEST_CASE("throw_stack: is there for what is no class, too") {
  CHECK(!stack_of(failure_of("work", [] { throw_number(); })).empty());
  CHECK(!stack_of(failure_of("work", [] { throw_pointer(); })).empty());
}

TEST_CASE("throw_stack: is that of the throw that escaped, not of one that was caught") {
  const auto failure = failure_of("work", [] {
    try {
      throw_number();
    } catch (int) {
    }
    throw_stack_test_caller();
  });
  CHECK(in_function(offsets_in(stack_of(failure))[0], &throw_stack_test_thrower));
}

namespace {

/// Runs a task that fails while it is destroyed, in the middle of another's unwinding.
struct fails_inside {
  std::exception_ptr* inner;
  ~fails_inside() {
    *inner = failure_of("inner", [] { throw_text("inner"); });
  }
};

}  // namespace

TEST_CASE("throw_stack: survives tasks that fail while it is on its way") {
  std::exception_ptr inner;
  const auto outer = failure_of("outer", [&] {
    fails_inside at_end{&inner};
    throw_stack_test_caller();
  });
  CHECK(in_function(offsets_in(stack_of(outer))[0], &throw_stack_test_thrower));
  CHECK(offsets_in(stack_of(inner))[0] != offsets_in(stack_of(outer))[0]);
  CHECK_THAT(find_exception<from_text>(inner)->what(), ContainsSubstring("inner\n"));
}

TEST_CASE("throw_stack: a task within a task keeps both apart") {
  std::exception_ptr inner;
  const auto outer = failure_of("outer", [&] {
    inner = failure_of("inner", [] { throw_number(); });
    throw_stack_test_caller();
  });
  CHECK(offsets_in(stack_of(inner)).size() <= 3);
  CHECK(in_function(offsets_in(stack_of(outer))[0], &throw_stack_test_thrower));
}

TEST_CASE("throw_stack: one that is not taken leaves room for others") {
  // What is caught inside a task never reaches its boundary; what passes it always does.
  for (int i = 0; i < 1000; ++i) {
    const auto failure = failure_of("work", [] { throw_stack_test_caller(); });
    if (i % 100 == 0) CHECK(!stack_of(failure).empty());
  }
  const int object = 0;
  CHECK(rt::detail::take_throw_stack(&object).empty());
}

TEST_CASE("throw_stack: threads that throw at once each keep their own") {
  constexpr int threads = 4;
  constexpr int rounds = 200;
  std::atomic<int> wrong{0};
  std::vector<std::thread> all;
  for (int thread = 0; thread < threads; ++thread) {
    all.emplace_back([&wrong, thread] {
      for (int i = 0; i < rounds; ++i) {
        const int depth = thread + 1;
        const auto failure = failure_of("work", [depth] { throw_deep(depth); });
        const auto* told = find_exception<rt::task_error>(failure);
        const std::size_t lines = offsets_in(told->stack()).size();
        const auto expected = static_cast<std::size_t>(depth) + 1;
        if (lines < expected || lines > expected + 2) wrong.fetch_add(1);
      }
    });
  }
  for (auto& each : all) each.join();
  CHECK(wrong.load() == 0);
}

TEST_CASE(
    "throw_stack: threads that throw the same exception at once are not in each other's way") {
  const auto shared = std::make_exception_ptr(from_text("shared"));
  std::atomic<int> wrong{0};
  std::vector<std::thread> all;
  for (int thread = 0; thread < 4; ++thread) {
    all.emplace_back([&] {
      for (int i = 0; i < 200; ++i) {
        const auto failure = failure_of("work", [&] { std::rethrow_exception(shared); });
        if (find_exception<from_text>(failure) == nullptr) wrong.fetch_add(1);
      }
    });
  }
  for (auto& each : all) each.join();
  CHECK(wrong.load() == 0);
}

TEST_CASE("throw_stack: an address that belongs to nothing is told as it is") {
  const std::string text = rt::detail::describe_stack({reinterpret_cast<const void*>(0x11)});
  CHECK(text == "#0 ?? in ??+0x10\n");
  CHECK(rt::detail::describe_stack({}).empty());
}
