#include "store/content_sum.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "support/catch.hpp"

using rt::store::content_sum;

namespace {

std::uint64_t sum_of(std::string_view text, std::uint64_t seed = 0) {
  return content_sum(std::as_bytes(std::span(text.data(), text.size())), seed);
}

TEST_CASE("content_sum: is XXH64, by the values that its authors give") {
  CHECK(sum_of("") == 0xEF46DB3751D8E999);
  CHECK(sum_of("a") == 0xD24EC4F1A98C6E5B);
  CHECK(sum_of("abc") == 0x44BC2CF5AD770999);
  CHECK(sum_of("Nobody inspects the spammish repetition") == 0xFBCEA83C8A378BF1);
}

TEST_CASE("content_sum: sees any bit that is turned, wherever it lies") {
  for (const std::size_t size : {1, 4, 7, 8, 31, 32, 33, 63, 100}) {
    std::vector<std::byte> bytes(size, std::byte{0x5A});
    const std::uint64_t before = content_sum(bytes);
    for (std::size_t i = 0; i < size; ++i) {
      bytes[i] ^= std::byte{0x10};
      CHECK(content_sum(bytes) != before);
      bytes[i] ^= std::byte{0x10};
    }
    CHECK(content_sum(bytes) == before);
    CHECK(content_sum(bytes, 1) != before);
  }
}

}  // namespace
