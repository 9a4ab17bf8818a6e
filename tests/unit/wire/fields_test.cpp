#include "wire/fields.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "support/catch.hpp"
#include "support/wire_values.hpp"
#include "wire/field_reader.hpp"
#include "wire/field_writer.hpp"

namespace {

using namespace rt::wire;
using wire_test::bytes;

struct pair_of_numbers {
  std::uint32_t a = 0;
  std::uint8_t b = 0;

  static constexpr bool fixed = true;
  static void fields(auto& of, auto& take) { take(of.a, of.b); }
  friend bool operator==(const pair_of_numbers&, const pair_of_numbers&) = default;
};

/// A struct as an earlier version had it...
struct earlier {
  std::uint32_t number = 5;
  std::string name;

  static void fields(auto& of, auto& take) { take(of.number, at_most<8>(of.name)); }
  friend bool operator==(const earlier&, const earlier&) = default;
};

/// ...and as a later one has it.
struct later {
  std::uint32_t number = 5;
  std::string name;
  std::vector<pair_of_numbers> pairs;
  std::int64_t signed_number = -7;

  static void fields(auto& of, auto& take) {
    take(of.number, at_most<8>(of.name), at_most<3>(of.pairs), of.signed_number);
  }
  friend bool operator==(const later&, const later&) = default;
};

/// Holds others, so that what is skipped in them is seen to end where it should.
template <class Inner>
struct holder {
  Inner first;
  std::vector<Inner> list;
  std::optional<Inner> perhaps;
  std::uint8_t last = 0;

  static void fields(auto& of, auto& take) {
    take(of.first, at_most<10>(of.list), of.perhaps, of.last);
  }
  friend bool operator==(const holder&, const holder&) = default;
};

struct odd_ones {
  bool truth = false;
  rt::outcome outcome = rt::outcome::unknown;
  rt::errc code = rt::errc::deadlock;
  std::variant<earlier, later> choice;
  rt::resource_set resources;
  byte_view seen;

  static void fields(auto& of, auto& take) {
    take(of.truth, of.outcome, of.code, of.choice, at_most<2>(of.resources), at_most<4>(of.seen));
  }
};

struct wide {
  std::vector<pair_of_numbers> pairs;
  static void fields(auto& of, auto& take) { take(at_most<1u << 30>(of.pairs)); }
};

struct large {
  std::uint64_t numbers[64] = {};
  static void fields(auto& of, auto& take) { take(of.numbers[0]); }
};

struct many {
  std::vector<large> list;
  static void fields(auto& of, auto& take) { take(at_most<1u << 20>(of.list)); }
};

template <class T>
bytes written(const T& from) {
  bytes out;
  bounded_writer to(out);
  field_writer(to).value(from);
  REQUIRE(to.finish());
  return out;
}

template <class T>
bool writes(const T& from) {
  bytes out;
  bounded_writer to(out);
  field_writer(to).value(from);
  return to.finish();
}

template <class T>
T read(const bytes& from) {
  bounded_reader in(from);
  T to;
  field_reader(in).value(to);
  INFO((in.failed() ? in.failure() : "read"));
  REQUIRE_FALSE(in.failed());
  CHECK(in.left() == 0);
  return to;
}

/// Reads a struct whose block is `fields`; returns why it could not be read.
template <class T>
std::string refused(const bytes& fields) {
  bytes from(4);
  store_little_endian(from.data(), static_cast<std::uint32_t>(fields.size()));
  from.insert(from.end(), fields.begin(), fields.end());
  bounded_reader in(from);
  T to;
  field_reader(in).value(to);
  return in.failed() ? in.failure() : "";
}

bytes raw(std::initializer_list<int> values) {
  bytes out;
  for (const int value : values) out.push_back(static_cast<std::byte>(value));
  return out;
}

TEST_CASE("fields: stand as their grammar says", "[wire]") {
  CHECK(written(pair_of_numbers{.a = 0x01020304, .b = 9}) == raw({4, 3, 2, 1, 9}));
  CHECK(written(earlier{.number = 1, .name = "ab"}) ==
        raw({8, 0, 0, 0, 1, 0, 0, 0, 2, 0, 'a', 'b'}));
  CHECK(written(later{.number = 1, .name = "", .pairs = {{2, 3}}, .signed_number = -1}) ==
        raw({23, 0, 0, 0, 1, 0,    0,    0,    0,    0,    1,    0,    0,   0,
             2,  0, 0, 0, 3, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}));
}

TEST_CASE("fields: an old reader skips what a new writer adds, at any depth", "[wire]") {
  const later sent{.number = 1, .name = "name", .pairs = {{2, 3}}, .signed_number = 4};
  const earlier seen{.number = 1, .name = "name"};
  const holder<later> all{.first = sent, .list = {sent, sent}, .perhaps = sent, .last = 9};
  CHECK(read<holder<earlier>>(written(all)) ==
        holder<earlier>{.first = seen, .list = {seen, seen}, .perhaps = seen, .last = 9});
}

TEST_CASE("fields: a new reader takes defaults for what an old writer lacks", "[wire]") {
  const earlier sent{.number = 1, .name = "name"};
  const later seen{.number = 1, .name = "name", .pairs = {}, .signed_number = -7};
  const holder<earlier> all{.first = sent, .list = {sent, sent}, .perhaps = sent, .last = 9};
  CHECK(read<holder<later>>(written(all)) ==
        holder<later>{.first = seen, .list = {seen, seen}, .perhaps = seen, .last = 9});
}

TEST_CASE("fields: a field that is there in part is refused", "[wire]") {
  const bytes whole =
      written(later{.number = 1, .name = "n", .pairs = {{2, 3}}, .signed_number = 0});
  const std::vector<std::size_t> ends{0, 4, 7, 16, 24};  // behind each field
  for (std::size_t length = 0; length < whole.size() - 4; ++length) {
    const bytes fields(whole.begin() + 4, whole.begin() + 4 + static_cast<std::ptrdiff_t>(length));
    const bool ends_between = std::find(ends.begin(), ends.end(), length) != ends.end();
    INFO(length);
    CHECK(refused<later>(fields).empty() == ends_between);
  }
}

TEST_CASE("fields: texts, bytes and lists beyond their limit are refused both ways", "[wire]") {
  CHECK(writes(earlier{.number = 0, .name = "12345678"}));
  CHECK_FALSE(writes(earlier{.number = 0, .name = "123456789"}));
  CHECK(refused<earlier>(raw({0, 0, 0, 0, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9})) ==
        "a text is longer than its limit");

  later too_many;
  too_many.pairs.resize(4);
  CHECK_FALSE(writes(too_many));
  bytes four = raw({0, 0, 0, 0, 0, 0, 4, 0, 0, 0});
  four.resize(four.size() + 20);
  CHECK(refused<later>(four) == "a list is longer than its limit");

  const bytes five(5);
  odd_ones with_bytes;
  with_bytes.seen = std::span<const std::byte>(five);
  CHECK_FALSE(writes(with_bytes));
}

TEST_CASE("fields: a list is compared with what is left before memory is taken", "[wire]") {
  const std::string longer = "a list is longer than the bytes that are left";
  CHECK(refused<later>(raw({0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2})) ==
        longer);
  CHECK(refused<wide>(raw({0, 0, 0, 0x20, 1, 2, 3})) == longer);
}

TEST_CASE("fields: structs of no bytes take no more memory than the frame allows", "[wire]") {
  bytes from(4 + 4 * 4096);
  store_little_endian(from.data(), std::uint32_t{4096});
  CHECK(refused<many>(from) == "it takes more memory than its bytes allow");
}

TEST_CASE("fields: what is no value of its type is refused", "[wire]") {
  CHECK_FALSE(refused<odd_ones>(raw({2})).empty());
  CHECK_FALSE(refused<odd_ones>(raw({1, 3})).empty());
  CHECK_FALSE(refused<odd_ones>(raw({1, 0, 1, 0, 2, 0, 0, 0, 0})).empty());
  CHECK_FALSE(refused<holder<earlier>>(raw({0, 0, 0, 0, 0, 0, 0, 0, 2})).empty());
  CHECK(refused<odd_ones>(raw({1, 2, 0xFF, 0xFF})).empty());  // a later version's code
}

TEST_CASE("fields: a resource set has valid amounts, and no name twice", "[wire]") {
  const bytes head = raw({0, 0, 0, 0, 0, 0, 0, 0, 0});  // truth, outcome, code, choice, to a block
  const auto with = [&head](const bytes& set) {
    bytes fields = head;
    fields.insert(fields.end(), set.begin(), set.end());
    return refused<odd_ones>(fields);
  };
  const bytes a = raw({1, 0, 'a', 1, 0, 0, 0, 0, 0, 0, 0});
  bytes twice = raw({2, 0, 0, 0});
  twice.insert(twice.end(), a.begin(), a.end());
  twice.insert(twice.end(), a.begin(), a.end());
  CHECK(with(twice) == "a resource is named twice");
  CHECK(with(raw({1, 0, 0, 0, 1, 0, 'a', 0, 0, 0, 0, 0, 0, 0, 0x80})) == "an amount is none");
  CHECK(with(raw({3, 0, 0, 0})) == "a list is longer than its limit");
  odd_ones with_three;
  with_three.resources = {{"a", 1}, {"b", 1}, {"c", 1}};
  CHECK_FALSE(writes(with_three));
}

}  // namespace
