// Reads bytes as values of many types. Whatever is read can be written again, and then reads as
// bytes that are written alike.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include <rt/core/error.hpp>

#include "unit/detail/archive_types.hpp"

using namespace archive_test;
using rt::detail::byte_buffer;
using rt::detail::input_archive;
using rt::detail::output_archive;

namespace {

/// A tree through every kind of holder that may hold its own kind.
struct wild {
  std::variant<std::monostate, int, std::string, std::vector<wild>> choice;
  std::map<std::string, std::vector<wild>> named;
  std::unique_ptr<wild> next;
  std::optional<std::pair<std::string, double>> extra;

  template <class Archive>
  void serialize(Archive& ar) {
    ar(choice, named, next, extra);
  }
};

/// A class that reads its own sizes, as users' classes do.
struct by_hand {
  std::vector<std::uint16_t> numbers;

  template <class Archive>
  void save(Archive& ar) const {
    ar(cereal::make_size_tag(static_cast<cereal::size_type>(numbers.size())));
    ar(cereal::binary_data(numbers.data(), numbers.size() * sizeof(std::uint16_t)));
  }
  template <class Archive>
  void load(Archive& ar) {
    cereal::size_type count = 0;
    ar(cereal::make_size_tag(count));
    numbers.resize(static_cast<std::size_t>(count));
    ar(cereal::binary_data(numbers.data(), numbers.size() * sizeof(std::uint16_t)));
  }
};

void require(bool held) {
  if (!held) std::abort();
}

template <class T>
void try_type(const std::uint8_t* data, std::size_t size) {
  input_archive in(reinterpret_cast<const std::byte*>(data), size);
  try {
    const T value = rt::detail::read_value<T>(in);
    require(in.left() <= size);
    byte_buffer first;
    output_archive{first}(value);
    input_archive again(first);
    const T same = rt::detail::read_value<T>(again);
    again.expect_end();
    byte_buffer second;
    output_archive{second}(same);
    require(first.size() == second.size());
    // Only for unordered containers is the order of what is alike left open.
    if constexpr (rt::detail::archive_kind_of<T> != rt::detail::archive_kind::map &&
                  rt::detail::archive_kind_of<T> != rt::detail::archive_kind::set)
      require(first.empty() || std::memcmp(first.data(), second.data(), first.size()) == 0);
  } catch (const rt::serialization_error&) {
  }
}

using all_numbers = std::tuple<bool, char, std::int64_t, double, long double, color, flag>;
using flat = std::tuple<std::string, std::u32string, std::vector<double>, std::vector<bool>,
                        std::vector<point>, std::bitset<13>, std::complex<float>>;
using nested = std::vector<std::map<std::string, std::optional<std::vector<std::string>>>>;
using tables = std::unordered_map<std::string, std::unordered_set<std::uint32_t>>;
using lists = std::pair<std::list<std::string>, std::deque<std::array<std::string, 2>>>;
using times = std::vector<std::pair<std::chrono::nanoseconds, std::multimap<int, flag>>>;

void (*const types[])(const std::uint8_t*, std::size_t) = {
    try_type<all_numbers>,
    try_type<flat>,
    try_type<nested>,
    try_type<tables>,
    try_type<lists>,
    try_type<times>,
    try_type<person>,
    try_type<tree>,
    try_type<chain_link>,
    try_type<wild>,
    try_type<by_hand>,
    try_type<std::vector<empty>>,
    try_type<std::list<std::variant<empty, std::monostate>>>,
    try_type<std::vector<std::unique_ptr<person>>>,
    try_type<std::multiset<std::string>>,
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    for (const auto& type : types) type(data, 0);
    return 0;
  }
  types[data[0] % std::size(types)](data + 1, size - 1);
  return 0;
}
