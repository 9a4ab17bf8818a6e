#include "wire/version.hpp"

#include "support/catch.hpp"

namespace {

using rt::wire::version_range;

TEST_CASE("version_range: two meet in the newest that both speak", "[wire]") {
  const version_range ours{2, 5};
  CHECK(ours.common_with({1, 9}) == 5);
  CHECK(ours.common_with({4, 4}) == 4);
  CHECK(ours.common_with({1, 2}) == 2);
  CHECK(version_range{1, 9}.common_with(ours) == 5);
}

TEST_CASE("version_range: two that do not meet have none", "[wire]") {
  const version_range ours{2, 5};
  CHECK_FALSE(ours.common_with({6, 9}));
  CHECK_FALSE(ours.common_with({1, 1}));
  CHECK_FALSE(ours.common_with({4, 3}));
  CHECK_FALSE(version_range{0, 0}.common_with({0, 0}));
  CHECK_FALSE(ours.common_with({}));
}

TEST_CASE("version_range: what is spoken here is spoken here", "[wire]") {
  CHECK(rt::wire::spoken_versions.common_with(rt::wire::spoken_versions) ==
        rt::wire::spoken_versions.newest);
}

}  // namespace
