#include "tcp/outbox.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <string>

#include "rt/transport/frame_splitter.hpp"
#include "support/catch.hpp"

namespace {

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text));
}

/// Takes at most so many bytes from the front.
std::string take(rt::tcp::outbox& from, std::size_t most) {
  std::array<rt::tcp::outgoing_bytes, 3> runs;
  const std::size_t count = from.next(runs);
  std::string taken;
  for (std::size_t i = 0; i < count; ++i) {
    taken.append(reinterpret_cast<const char*>(runs[i].data), runs[i].size);
  }
  taken.resize(std::min(taken.size(), most));
  from.left(taken.size());
  return taken;
}

std::string as_stream(const std::string& frame) {
  std::string stream;
  for (unsigned i = 0; i < 4; ++i) stream += static_cast<char>(frame.size() >> (8 * i));
  return stream + frame;
}

}  // namespace

TEST_CASE("tcp outbox: frames leave as one stream, however it is cut", "[tcp]") {
  std::mt19937 numbers(7);
  rt::tcp::outbox box;
  std::string expected;
  std::string left;
  for (int i = 0; i < 500; ++i) {
    const std::string header(numbers() % 50, static_cast<char>('a' + i % 26));
    const auto small = std::make_shared<std::string>(numbers() % 1'000, 'S');
    const auto large = std::make_shared<std::string>(i % 50 == 0 ? 100'000 : 0, 'L');
    const std::array<rt::gather_element, 2> pieces{
        rt::gather_element{.data = bytes_of(*small).data(), .size = small->size()},
        rt::gather_element{.data = bytes_of(*large).data(), .size = large->size()}};
    box.add({.header = bytes_of(header), .payload = pieces, .keeper = large});
    expected += as_stream(header + *small + *large);
    while (numbers() % 3 == 0) left += take(box, 1 + numbers() % 5'000);
  }
  while (!box.empty()) left += take(box, 1'000'000);
  CHECK((left == expected));
  CHECK(box.size() == 0);
}

TEST_CASE("tcp outbox: what is large is not copied, and kept until it has left", "[tcp]") {
  rt::tcp::outbox box;
  auto large = std::make_shared<std::string>(1 << 20, 'x');
  const std::weak_ptr<std::string> watched = large;
  const rt::gather_element piece{.data = bytes_of(*large).data(), .size = large->size()};
  box.add({.payload = std::span(&piece, 1), .keeper = large});
  large.reset();
  std::array<rt::tcp::outgoing_bytes, 4> runs;
  REQUIRE(box.next(runs) == 2);
  CHECK(runs[1].data == piece.data);
  box.left(4 + (1 << 20) - 1);
  CHECK_FALSE(watched.expired());
  box.left(1);
  CHECK(watched.expired());
}

TEST_CASE("tcp outbox: many small frames leave in few runs", "[tcp]") {
  rt::tcp::outbox box;
  for (int i = 0; i < 1'000; ++i) box.add({.header = bytes_of(std::string(60, 'x'))});
  std::array<rt::tcp::outgoing_bytes, 64> runs;
  CHECK(box.next(runs) <= 3);
  box.clear();
  CHECK(box.empty());
}
