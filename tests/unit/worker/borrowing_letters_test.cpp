#include "worker/remote/borrowing_letters.hpp"

#include <variant>

#include "support/catch.hpp"

using namespace rt;
using namespace rt::worker;

namespace {

constexpr borrowing::incarnation sender{3};
constexpr borrowing::incarnation receiver{4};

template <class Letter>
Letter sent(const Letter& said) {
  return std::get<Letter>(from_wire(to_wire(said), sender, receiver));
}

}  // namespace

TEST_CASE("borrowing_letters: each comes as it was said, about an object of the right owner") {
  const auto add = sent(borrowing::add_request{{4, 10}, borrowing::generation{5}});
  CHECK(add.object == object_id{4, 10});
  CHECK(add.since == borrowing::generation{5});
  const auto reply = sent(borrowing::add_reply{{3, 11}, borrowing::generation{6}, false});
  CHECK(reply.object == object_id{3, 11});
  CHECK(reply.since == borrowing::generation{6});
  CHECK_FALSE(reply.known);
  const auto removed = sent(borrowing::remove_notice{{4, 12}, borrowing::generation{7}});
  CHECK(removed.object == object_id{4, 12});
  CHECK(removed.since == borrowing::generation{7});
  const auto release = sent(borrowing::release_notice{
      borrowing::handing_number{8},
      {{object_id{3, 13}, borrowing::generation{9}}, {object_id{5, 14}, {}}}});
  CHECK(release.number == borrowing::handing_number{8});
  REQUIRE(release.still_held.size() == 2);
  CHECK(release.still_held[0].object == object_id{3, 13});
  CHECK(release.still_held[0].since == borrowing::generation{9});
  CHECK(release.still_held[1].object == object_id{5, 14});
}
