// Bytes that nobody's archive wrote: each is refused, or gives some value of the type; none takes
// more memory than the input accounts for, none is read beyond its end.

#include <rt/core/error.hpp>

#include <cstring>

#include "support/catch.hpp"
#include "unit/detail/archive_types.hpp"

using namespace archive_test;
using rt::serialization_error;
using rt::detail::byte_buffer;
using rt::detail::input_archive;
using rt::detail::output_archive;

namespace {

byte_buffer of_count(std::uint64_t count, std::size_t bytes_after = 0) {
  byte_buffer bytes;
  bytes.append(&count, sizeof(count));
  if (bytes_after != 0) std::memset(bytes.extend(bytes_after), 0, bytes_after);
  return bytes;
}

template <class T>
void check_truncations(const T& value) {
  const byte_buffer whole = write(value);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    // A block of exactly this size, so that a sanitizer sees a read beyond it.
    const std::vector<std::byte> part(whole.data(), whole.data() + size);
    input_archive in(part.data(), part.size());
    CHECK_THROWS_AS(rt::detail::read_value<T>(in), serialization_error);
  }
}

template <class T>
void check_mutations(const T& value) {
  const byte_buffer whole = write(value);
  std::vector<std::byte> bytes(whole.data(), whole.data() + whole.size());
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (const unsigned changed : {0x00U, 0x01U, 0x02U, 0x7fU, 0x80U, 0xffU}) {
      const std::byte kept = std::exchange(bytes[at], static_cast<std::byte>(changed));
      input_archive in(bytes.data(), bytes.size());
      try {
        (void)rt::detail::read_value<T>(in);
      } catch (const serialization_error&) {
      }
      bytes[at] = kept;
    }
  }
}

using everything =
    std::tuple<bool, color, flag, double, std::string, std::vector<int>, std::vector<std::string>,
               std::vector<bool>, std::deque<int>, std::list<std::string>, std::set<int>,
               std::unordered_set<std::string>, std::map<int, std::string>,
               std::unordered_map<std::string, int>, std::array<std::string, 2>,
               std::optional<std::string>, std::variant<int, std::string, person>, std::bitset<12>,
               std::chrono::seconds, std::complex<float>, point, person, tree>;

everything make_everything() {
  return {true,
          color::green,
          flag::on,
          2.5,
          "text",
          {1, 2, 3},
          {"a", ""},
          {true, false},
          {4, 5},
          {"b"},
          {6, 7},
          {"c", "d"},
          {{8, "e"}},
          {{"f", 9}},
          {"g", "h"},
          "i",
          make_person(),
          std::bitset<12>(0xabc),
          std::chrono::seconds(10),
          {1.0F, 2.0F},
          {11, 12},
          make_person(),
          {"j", {{"k", {}}}}};
}

}  // namespace

TEST_CASE("archive: bytes cut off at any place are refused") {
  check_truncations(make_everything());
  check_truncations(chain_link{1, std::make_unique<chain_link>(chain_link{2, nullptr})}.value);
  check_truncations(std::vector<person>{make_person(), make_person()});
}

TEST_CASE("archive: any byte changed gives an error or a value") {
  check_mutations(make_everything());
  check_mutations(std::vector<person>{make_person(), make_person()});
}

TEST_CASE("archive: a count beyond the bytes that are left is refused before memory is taken") {
  for (const std::uint64_t count :
       {std::uint64_t{17}, std::uint64_t{1} << 31, std::uint64_t{1} << 40, std::uint64_t{1} << 61,
        (std::uint64_t{1} << 61) + 1, ~std::uint64_t{0}}) {
    const byte_buffer bytes = of_count(count, 16);
    CHECK_THROWS_AS(read<std::string>(bytes), serialization_error);
    CHECK_THROWS_AS(read<std::u32string>(bytes), serialization_error);
    CHECK_THROWS_AS(read<std::vector<char>>(bytes), serialization_error);
    CHECK_THROWS_AS(read<std::vector<double>>(bytes), serialization_error);
    CHECK_THROWS_AS(read<std::vector<bool>>(bytes), serialization_error);
    CHECK_THROWS_AS(read<std::vector<point>>(bytes), serialization_error);
    CHECK_THROWS_AS(read<std::vector<std::string>>(bytes), serialization_error);
    CHECK_THROWS_AS(read<std::vector<person>>(bytes), serialization_error);
    CHECK_THROWS_AS((read<std::vector<std::pair<int, std::string>>>(bytes)), serialization_error);
    CHECK_THROWS_AS(read<std::deque<int>>(bytes), serialization_error);
    CHECK_THROWS_AS(read<std::list<double>>(bytes), serialization_error);
    CHECK_THROWS_AS(read<std::set<int>>(bytes), serialization_error);
    CHECK_THROWS_AS(read<std::unordered_set<std::string>>(bytes), serialization_error);
    CHECK_THROWS_AS((read<std::map<int, int>>(bytes)), serialization_error);
    CHECK_THROWS_AS((read<std::unordered_map<int, std::string>>(bytes)), serialization_error);
  }
}

TEST_CASE("archive: a count of as many elements as there is room for reads them all") {
  CHECK(read<std::vector<std::string>>(of_count(2, 16)).size() == 2);
  CHECK_THROWS_AS(read<std::vector<std::string>>(of_count(3, 16)), serialization_error);
  CHECK(read<std::vector<int>>(of_count(4, 16)).size() == 4);
}

TEST_CASE("archive: elements without bytes are bounded by the memory they take") {
  constexpr std::size_t most = rt::detail::archive_unbacked_bytes_max;
  CHECK(read<std::vector<empty>>(of_count(most)).size() == most);
  CHECK_THROWS_AS(read<std::vector<empty>>(of_count(most + 1)), serialization_error);
  CHECK_THROWS_AS(read<std::vector<std::monostate>>(of_count(~std::uint64_t{0})),
                  serialization_error);
  CHECK_THROWS_AS(read<std::list<empty>>(of_count(most + 1)), serialization_error);
  // Many vectors of them share the one allowance.
  const auto many = write(std::vector<std::vector<empty>>(20, std::vector<empty>(most / 10)));
  CHECK_THROWS_AS(read<std::vector<std::vector<empty>>>(many), serialization_error);
}

TEST_CASE("archive: a bool is 0 or 1") {
  byte_buffer bytes;
  bytes.append("\x02", 1);
  CHECK_THROWS_AS(read<bool>(bytes), serialization_error);
  CHECK_THROWS_AS(read<flag>(bytes), serialization_error);
  CHECK_THROWS_AS((read<std::array<bool, 1>>(bytes)), serialization_error);
  CHECK_THROWS_AS(read<std::optional<int>>(bytes), serialization_error);
  CHECK_THROWS_AS(read<std::unique_ptr<int>>(bytes), serialization_error);
  byte_buffer counted = of_count(1);
  counted.append("\x02", 1);
  CHECK_THROWS_AS(read<std::vector<bool>>(counted), serialization_error);
  CHECK_THROWS_AS(read<std::vector<flag>>(counted), serialization_error);
}

TEST_CASE("archive: a variant has no alternative beyond its last") {
  const auto bytes = write(std::uint32_t{2});
  CHECK_THROWS_AS((read<std::variant<int, char>>(bytes)), serialization_error);
  CHECK_THROWS_AS((read<std::variant<int>>(write(std::uint32_t{0xffffffff}))), serialization_error);
}

TEST_CASE("archive: a bitset has no bits beyond its last") {
  byte_buffer bytes;
  bytes.append("\x10", 1);
  CHECK_THROWS_AS(read<std::bitset<4>>(bytes), serialization_error);
  CHECK(read<std::bitset<5>>(bytes) == std::bitset<5>(16));
}

TEST_CASE("archive: depth is bounded, written and read") {
  auto chain = [](std::size_t links) {
    chain_link first;
    for (std::size_t i = 1; i < links; ++i)
      first = chain_link{1, std::make_unique<chain_link>(std::move(first))};
    return first;
  };
  // One level for each chain_link, one for each pointer.
  constexpr std::size_t most = rt::detail::archive_depth_max / 2;
  const chain_link longest = chain(most);
  CHECK_NOTHROW(read<chain_link>(write(longest)));
  CHECK_THROWS_AS(write(chain(most + 1)), serialization_error);
  byte_buffer bytes;
  for (int i = 0; i < 100'000; ++i) {
    const int value = i;
    bytes.append(&value, sizeof(value));
    bytes.append("\x01", 1);
  }
  CHECK_THROWS_AS(read<chain_link>(bytes), serialization_error);
}

TEST_CASE("archive: bytes left over are an error where the reader says so") {
  byte_buffer bytes = write(1);
  bytes.append("x", 1);
  input_archive in(bytes);
  CHECK(rt::detail::read_value<int>(in) == 1);
  CHECK(in.left() == 1);
  CHECK_THROWS_AS(in.expect_end(), serialization_error);
}

TEST_CASE("archive: no bytes at all are fine for a value without any") {
  input_archive in(nullptr, 0);
  CHECK_NOTHROW(rt::detail::read_value<empty>(in));
  CHECK_NOTHROW(rt::detail::read_value<std::monostate>(in));
  CHECK_THROWS_AS(rt::detail::read_value<int>(in), serialization_error);
  CHECK_NOTHROW(in.expect_end());
}

TEST_CASE("archive: the error says what was announced and what was there") {
  try {
    (void)read<std::vector<double>>(of_count(1000, 16));
    FAIL("it was read");
  } catch (const serialization_error& e) {
    CHECK(e.code() == rt::errc::serialization);
    CHECK_THAT(e.what(), Catch::Matchers::ContainsSubstring("1000"));
    CHECK_THAT(e.what(), Catch::Matchers::ContainsSubstring("16 bytes"));
  }
}
