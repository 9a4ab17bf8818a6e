#include "store/content_sum.hpp"

#include <bit>
#include <cstddef>
#include <cstring>

namespace rt::store {
inline namespace RT_LANE_VARIANT {

namespace {

constexpr std::uint64_t prime1 = 0x9E3779B185EBCA87;
constexpr std::uint64_t prime2 = 0xC2B2AE3D27D4EB4F;
constexpr std::uint64_t prime3 = 0x165667B19E3779F9;
constexpr std::uint64_t prime4 = 0x85EBCA77C2B2AE63;
constexpr std::uint64_t prime5 = 0x27D4EB2F165667C5;

template <class Number>
Number read_little(const std::byte* at) noexcept {
  static_assert(std::endian::native == std::endian::little);
  Number read;
  std::memcpy(&read, at, sizeof(read));
  return read;
}

std::uint64_t round_of(std::uint64_t lane, std::uint64_t input) noexcept {
  return std::rotl(lane + input * prime2, 31) * prime1;
}

std::uint64_t merge(std::uint64_t sum, std::uint64_t lane) noexcept {
  return (sum ^ round_of(0, lane)) * prime1 + prime4;
}

/// Takes the stripes of 32 bytes, and moves `at` behind them.
std::uint64_t sum_stripes(const std::byte*& at, const std::byte* end, std::uint64_t seed) noexcept {
  std::uint64_t lanes[] = {seed + prime1 + prime2, seed + prime2, seed, seed - prime1};
  while (end - at >= 32) {
    for (std::uint64_t& lane : lanes) {
      lane = round_of(lane, read_little<std::uint64_t>(at));
      at += 8;
    }
  }
  std::uint64_t sum = std::rotl(lanes[0], 1) + std::rotl(lanes[1], 7) + std::rotl(lanes[2], 12) +
                      std::rotl(lanes[3], 18);
  for (const std::uint64_t lane : lanes) sum = merge(sum, lane);
  return sum;
}

}  // namespace

std::uint64_t content_sum(std::span<const std::byte> bytes, std::uint64_t seed) noexcept {
  const std::byte* at = bytes.data();
  const std::byte* const end = at + bytes.size();
  std::uint64_t sum = bytes.size() >= 32 ? sum_stripes(at, end, seed) : seed + prime5;
  sum += bytes.size();
  for (; end - at >= 8; at += 8) {
    sum ^= round_of(0, read_little<std::uint64_t>(at));
    sum = std::rotl(sum, 27) * prime1 + prime4;
  }
  if (end - at >= 4) {
    sum ^= read_little<std::uint32_t>(at) * prime1;
    sum = std::rotl(sum, 23) * prime2 + prime3;
    at += 4;
  }
  for (; at != end; ++at)
    sum = std::rotl(sum ^ static_cast<std::uint64_t>(*at) * prime5, 11) * prime1;
  sum = (sum ^ (sum >> 33)) * prime2;
  sum = (sum ^ (sum >> 29)) * prime3;
  return sum ^ (sum >> 32);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::store
