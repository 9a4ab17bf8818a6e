#include "sim/register_history.hpp"

#include <vector>

#include "support/catch.hpp"

using runs::is_linearizable;
using runs::register_operation;
using kind = register_operation::kind;

namespace {

register_operation read(int gave, std::uint64_t begun, std::uint64_t answered) {
  return {.what = kind::read, .gave = gave, .begun = begun, .answered = answered};
}
register_operation write(int to, std::uint64_t begun, std::uint64_t answered) {
  return {.what = kind::write, .to = to, .begun = begun, .answered = answered};
}
register_operation swap(int from, int to, bool made, std::uint64_t begun, std::uint64_t answered) {
  return {.what = kind::swap,
          .from = from,
          .to = to,
          .gave = made ? 1 : 0,
          .begun = begun,
          .answered = answered};
}

constexpr std::uint64_t unanswered = register_operation::unanswered;

}  // namespace

TEST_CASE("register_history: one client's operations follow one another") {
  CHECK(is_linearizable({}, 0));
  CHECK(is_linearizable({write(1, 1, 2), read(1, 3, 4), swap(1, 5, true, 5, 6), read(5, 7, 8)}, 0));
  CHECK_FALSE(is_linearizable({write(1, 1, 2), read(0, 3, 4)}, 0));
  CHECK_FALSE(is_linearizable({swap(3, 4, true, 1, 2)}, 0));
  CHECK_FALSE(is_linearizable({swap(0, 4, false, 1, 2)}, 0));
}

TEST_CASE("register_history: what overlaps may come in either order") {
  CHECK(is_linearizable({write(1, 1, 4), read(0, 2, 3)}, 0));
  CHECK(is_linearizable({write(1, 1, 4), read(1, 2, 3)}, 0));
  CHECK(is_linearizable({write(1, 1, 9), read(0, 2, 3), read(1, 4, 5)}, 0));
}

TEST_CASE("register_history: two readers do not see two orders") {
  CHECK_FALSE(is_linearizable({write(1, 1, 9), read(1, 2, 3), read(0, 4, 5)}, 0));
  CHECK_FALSE(is_linearizable(
      {write(1, 1, 9), write(2, 1, 9), read(1, 2, 3), read(2, 4, 5), read(1, 6, 7)}, 0));
}

TEST_CASE("register_history: of two swaps from one value one is made") {
  CHECK(is_linearizable({swap(0, 1, true, 1, 9), swap(0, 2, false, 1, 9)}, 0));
  CHECK_FALSE(is_linearizable({swap(0, 1, true, 1, 9), swap(0, 2, true, 1, 9)}, 0));
}

TEST_CASE("register_history: what was not answered may have happened, later or never") {
  CHECK(is_linearizable({write(1, 1, unanswered), read(0, 2, 3), read(0, 4, 5)}, 0));
  CHECK(is_linearizable({write(1, 1, unanswered), read(0, 2, 3), read(1, 4, 5)}, 0));
  CHECK_FALSE(is_linearizable({write(1, 4, unanswered), read(1, 2, 3)}, 0));
  CHECK_FALSE(
      is_linearizable({write(1, 1, unanswered), read(1, 2, 3), read(0, 4, 5), read(1, 6, 7)}, 0));
}
