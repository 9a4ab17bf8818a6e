// What the standard library offers travels with no header but the library's own.

#include <cmath>
#include <cstring>

#include "support/catch.hpp"
#include "unit/detail/archive_types.hpp"

using namespace archive_test;
using rt::detail::byte_buffer;

namespace {

template <class T>
bool comes_back(const T& value) {
  return read<T>(write(value)) == value;
}

}  // namespace

TEST_CASE("archive: numbers come back, to the last bit") {
  CHECK(comes_back(true));
  CHECK(comes_back(false));
  CHECK(comes_back('x'));
  CHECK(comes_back(std::numeric_limits<std::int8_t>::min()));
  CHECK(comes_back(std::numeric_limits<std::int64_t>::min()));
  CHECK(comes_back(std::numeric_limits<std::uint64_t>::max()));
  CHECK(comes_back(std::numeric_limits<double>::denorm_min()));
  CHECK(comes_back(std::numeric_limits<long double>::max()));
  CHECK(comes_back(1.0L / 3));
  CHECK(comes_back(L'x'));
  CHECK(comes_back(U'x'));
  CHECK(std::isnan(read<double>(write(std::nan("1")))));
}

TEST_CASE("archive: a long double leaves no byte undefined") {
  const byte_buffer bytes = write(1.0L / 3);
  for (std::size_t i = 10; i < bytes.size(); ++i) CHECK(bytes.data()[i] == std::byte{0});
}

TEST_CASE("archive: enums come back") {
  CHECK(comes_back(color::blue));
  CHECK(comes_back(flag::on));
  CHECK(comes_back(std::vector<color>{color::red, color::green}));
  CHECK(comes_back(std::vector<flag>{flag::on, flag::off}));
  CHECK(write(color::blue).size() == 1);
}

TEST_CASE("archive: strings come back, with any character in them") {
  CHECK(comes_back(std::string()));
  CHECK(comes_back(std::string("a\0b", 3)));
  CHECK(comes_back(std::string(100'000, 'x')));
  CHECK(comes_back(std::u16string(u"\u00e4\u00f6")));
  CHECK(comes_back(std::u32string(U"\U0001F600")));
  CHECK(comes_back(std::wstring(L"wide")));
  CHECK(comes_back(std::u8string(u8"narrow")));
}

TEST_CASE("archive: vectors come back, empty and large") {
  CHECK(comes_back(std::vector<int>{}));
  CHECK(comes_back(std::vector<double>(100'000, 1.25)));
  CHECK(comes_back(std::vector<long double>{1.0L, -2.0L}));
  CHECK(comes_back(std::vector<std::string>{"", "b", std::string(1000, 'c')}));
  CHECK(comes_back(std::vector<std::vector<std::vector<int>>>{{{1}, {}}, {}, {{2, 3}}}));
  CHECK(comes_back(std::vector<bool>{true, false, true, true}));
  CHECK(comes_back(std::vector<point>{{1, 2}, {3, 4}}));
  CHECK(comes_back(std::vector<person>{make_person(), {}}));
  CHECK(comes_back(std::vector<empty>(1000)));
}

TEST_CASE("archive: a vector of aggregates is one piece of bytes") {
  CHECK(write(std::vector<point>(10)).size() == 8 + 10 * sizeof(point));
}

TEST_CASE("archive: elements come back wherever in the bytes they lie") {
  for (std::size_t before = 0; before < 16; ++before) {
    byte_buffer bytes;
    rt::detail::output_archive out(bytes);
    for (std::size_t i = 0; i < before; ++i) out('x');
    const std::vector<double> doubles{1, 2, 3};
    const std::deque<point> points{{1, 2}, {3, 4}};
    out(doubles, std::u32string(U"abc"), points);
    rt::detail::input_archive in(bytes);
    (void)in.take(before);
    CHECK(rt::detail::read_value<std::vector<double>>(in) == doubles);
    CHECK(rt::detail::read_value<std::u32string>(in) == U"abc");
    CHECK(rt::detail::read_value<std::deque<point>>(in) == points);
    in.expect_end();
  }
}

TEST_CASE("archive: containers come back") {
  CHECK(comes_back(std::deque<std::string>{"a", "b"}));
  CHECK(comes_back(std::list<int>{1, 2, 3}));
  CHECK(comes_back(std::set<std::string>{"x", "y"}));
  CHECK(comes_back(std::multiset<int>{1, 1, 2}));
  CHECK(comes_back(std::unordered_set<int>{1, 2, 3}));
  CHECK(comes_back(std::unordered_multiset<int>{1, 1, 3}));
  CHECK(comes_back(std::map<int, std::string>{{1, "a"}, {2, "b"}}));
  CHECK(comes_back(std::multimap<int, std::string>{{1, "a"}, {1, "b"}}));
  CHECK(comes_back(std::unordered_map<std::string, std::vector<int>>{{"a", {1}}, {"b", {}}}));
  CHECK(comes_back(std::unordered_multimap<int, int>{{1, 2}, {1, 2}}));
  CHECK(comes_back(std::map<int, std::map<int, std::set<int>>>{{1, {{2, {3, 4}}}}}));
}

TEST_CASE("archive: pairs, tuples and arrays come back") {
  CHECK(comes_back(std::pair<std::string, int>{"a", 1}));
  CHECK(comes_back(std::tuple<int, std::string, std::vector<int>>{1, "b", {2}}));
  CHECK(comes_back(std::tuple<>{}));
  CHECK(comes_back(std::array<int, 3>{1, 2, 3}));
  CHECK(comes_back(std::array<std::string, 2>{"a", "b"}));
  CHECK(comes_back(std::array<bool, 2>{true, false}));
  CHECK(comes_back(std::array<int, 0>{}));
  CHECK(comes_back(std::array<std::array<double, 2>, 2>{{{1, 2}, {3, 4}}}));
}

TEST_CASE("archive: optional, variant and unique_ptr come back, with and without a value") {
  CHECK(comes_back(std::optional<std::string>{}));
  CHECK(comes_back(std::optional<std::string>{"a"}));
  CHECK(comes_back(std::optional<std::optional<int>>{std::optional<int>{}}));
  using choice = std::variant<std::monostate, int, std::string, person>;
  CHECK(comes_back(choice{}));
  CHECK(comes_back(choice{7}));
  CHECK(comes_back(choice{make_person()}));
  CHECK(read<std::unique_ptr<int>>(write(std::unique_ptr<int>{})) == nullptr);
  CHECK(*read<std::unique_ptr<int>>(write(std::make_unique<int>(5))) == 5);
  CHECK(*read<std::unique_ptr<const std::string>>(
            write(std::make_unique<const std::string>("c"))) == "c");
}

TEST_CASE("archive: durations, times, complex numbers and bitsets come back") {
  using namespace std::chrono_literals;
  CHECK(comes_back(15ms));
  CHECK(comes_back(std::chrono::duration<double>(0.5)));
  CHECK(comes_back(std::chrono::system_clock::time_point(12345us)));
  CHECK(comes_back(std::complex<double>(1, -2)));
  CHECK(comes_back(std::bitset<0>()));
  CHECK(comes_back(std::bitset<8>(0xa5)));
  CHECK(comes_back(std::bitset<70>(0x1234567890abcdefULL) << 6));
  CHECK(write(std::bitset<70>()).size() == 9);
}

TEST_CASE("archive: classes come back, nested and in containers") {
  CHECK(comes_back(point{1, 2}));
  CHECK(comes_back(make_person()));
  CHECK(comes_back(empty{}));
  CHECK(comes_back(tree{"root", {{"a", {}}, {"b", {{"c", {}}}}}}));
  CHECK(comes_back(std::map<std::string, person>{{"a", make_person()}}));
}

TEST_CASE("archive: a chain of pointers comes back") {
  chain_link first{1, std::make_unique<chain_link>(
                          chain_link{2, std::make_unique<chain_link>(chain_link{3, nullptr})})};
  const chain_link read_back = read<chain_link>(write(first));
  CHECK(read_back.next->next->value == 3);
  CHECK(read_back.next->next->next == nullptr);
}

TEST_CASE("archive: several values lie one after another") {
  byte_buffer bytes;
  rt::detail::output_archive out(bytes);
  out(1, std::string("two")) << 3.0;
  out& std::vector<int>{4};
  rt::detail::input_archive in(bytes);
  int one = 0;
  std::string two;
  double three = 0;
  std::vector<int> four;
  in(one, two) >> three;
  in& four;
  in.expect_end();
  CHECK(one == 1);
  CHECK(two == "two");
  CHECK(three == 3.0);
  CHECK(four == std::vector<int>{4});
}

TEST_CASE("archive: reading into values that hold something replaces it") {
  std::vector<int> numbers(5, 9);
  std::map<int, int> map{{9, 9}};
  std::set<int> set{9};
  std::string text = "old and long";
  std::optional<int> optional = 9;
  auto pointer = std::make_unique<int>(9);
  byte_buffer bytes;
  rt::detail::output_archive out(bytes);
  out(std::vector<int>{1, 2}, std::map<int, int>{}, std::set<int>{}, std::string("new"),
      std::optional<int>{}, std::unique_ptr<int>{});
  rt::detail::input_archive in(bytes);
  in(numbers, map, set, text, optional, pointer);
  CHECK(numbers == std::vector<int>{1, 2});
  CHECK(map.empty());
  CHECK(set.empty());
  CHECK(text == "new");
  CHECK(!optional);
  CHECK(pointer == nullptr);
}

TEST_CASE("byte_buffer: keeps its memory when cleared, and its bytes when it grows") {
  byte_buffer bytes;
  for (int i = 0; i < 1000; ++i) bytes.append(&i, sizeof(i));
  for (int i = 0; i < 1000; ++i) {
    int found = -1;
    std::memcpy(&found, bytes.data() + static_cast<std::size_t>(i) * sizeof(i), sizeof(i));
    REQUIRE(found == i);
  }
  const std::size_t capacity = bytes.capacity();
  bytes.clear();
  CHECK(bytes.empty());
  CHECK(bytes.capacity() == capacity);
  bytes.reserve(1'000'000);
  const std::byte* const data = bytes.data();
  bytes.extend(1'000'000);
  CHECK(bytes.data() == data);
  const byte_buffer moved = std::move(bytes);
  CHECK(moved.size() == 1'000'000);
  CHECK(bytes.size() == 0);
}

TEST_CASE("byte_buffer: a size beyond all memory is bad_alloc") {
  byte_buffer bytes;
  bytes.extend(10);
  CHECK_THROWS_AS(bytes.extend(static_cast<std::size_t>(-1) - 4), std::bad_alloc);
}
