#pragma once

#include "core/variant.hpp"

#include <cstdint>
#include <span>

namespace rt::store {
inline namespace RT_LANE_VARIANT {

/// Returns the sum by which two copies of an object are known to be alike, and damage is seen; no
/// protection from who means to deceive.
/// Shape: XXH64 of the bytes, from `seed`: for bytes in two parts the second's is from the first's
/// sum. The same on all machines.   Thread: any.
/// Source: the specification of XXH64 (Yann Collet, xxHash).
std::uint64_t content_sum(std::span<const std::byte> bytes, std::uint64_t seed = 0) noexcept;

}  // namespace RT_LANE_VARIANT
}  // namespace rt::store
