#pragma once

#include "core/variant.hpp"

#include <rt/detail/payload.hpp>

#include <exception>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

/// Reads an exception that another process has written down; where it cannot be read, why.
/// Thread: any; its class may be the user's.
std::exception_ptr read_thrown(const detail::payload& written);

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
