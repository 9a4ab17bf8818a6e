#pragma once

#include "rpc/endpoint_events.hpp"
#include "wire/attempt_numbers.hpp"

#include <cstdint>

namespace rt::rpc {

// The number by which values that know no sessions name one, and the session of such a number.

constexpr wire::session_number number_of(session_id session) noexcept {
  return wire::session_number{session.number};
}
constexpr session_id session_of(wire::session_number number) noexcept {
  return {static_cast<std::uint64_t>(number)};
}

}  // namespace rt::rpc
