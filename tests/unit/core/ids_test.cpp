#include "rt/core/ids.hpp"

#include <type_traits>
#include <unordered_set>

#include "support/catch.hpp"

namespace {

TEST_CASE("id: names nothing by default", "[core]") {
  CHECK_FALSE(rt::task_id());
  CHECK(to_string(rt::task_id()) == "none");
  CHECK(rt::task_id{.incarnation = 0, .counter = 1});
  CHECK(rt::task_id{.incarnation = 1, .counter = 0});
}

TEST_CASE("id: is a type of its own for each kind", "[core]") {
  STATIC_REQUIRE_FALSE(std::is_convertible_v<rt::task_id, rt::object_id>);
  STATIC_REQUIRE_FALSE(std::is_same_v<rt::node_id, rt::job_id>);
  STATIC_REQUIRE(std::is_trivially_copyable_v<rt::actor_id>);
}

TEST_CASE("id: reads as digits of one width and a counter", "[core]") {
  CHECK(to_string(rt::node_id{.incarnation = 0xabc, .counter = 12}) == "0000000000000abc-12");
  CHECK(to_string(rt::node_id{.incarnation = ~0ull, .counter = ~0ull}) ==
        "ffffffffffffffff-18446744073709551615");
}

TEST_CASE("id: is compared and hashed by both parts", "[core]") {
  const rt::object_id a{.incarnation = 1, .counter = 2};
  const rt::object_id b{.incarnation = 1, .counter = 3};
  const rt::object_id c{.incarnation = 2, .counter = 2};
  CHECK(a == rt::object_id{.incarnation = 1, .counter = 2});
  CHECK(a < b);
  CHECK(b < c);
  const std::unordered_set<rt::object_id> set{a, b, c, a};
  CHECK(set.size() == 3);
}

}  // namespace
