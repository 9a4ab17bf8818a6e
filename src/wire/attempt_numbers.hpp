#pragma once

#include <compare>
#include <cstdint>

// Numbers by which owners, nodes and workers speak of leases and attempts. On the wire they are
// plain integers of the same width.
namespace rt::wire {

/// Names one session with another process, at one side of it.
/// Shape: never given again, so that nothing is known of it once it has ended.
enum class session_number : std::uint64_t {};

/// Numbers requests within a session.
enum class request_number : std::uint64_t {};

/// Names a lease within its node's incarnation.
enum class lease_number : std::uint64_t {};

/// Names a slot within its lease.
enum class slot_number : std::uint32_t {};

/// Counts what is pushed to a slot under a lease.   Shape: from 1; 0 is none.
enum class slot_seq : std::uint64_t {};

constexpr slot_seq operator+(slot_seq from, std::uint64_t steps) noexcept {
  return slot_seq{static_cast<std::uint64_t>(from) + steps};
}
/// Counts the steps from the second to the first, which is not before it.
constexpr std::uint64_t operator-(slot_seq to, slot_seq from) noexcept {
  return static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from);
}

/// Leads an owner to its task.
enum class owner_index : std::uint32_t {};

/// Names a slot within its node's incarnation.
struct slot_place {
  lease_number lease{};
  slot_number slot{};

  friend constexpr auto operator<=>(const slot_place&, const slot_place&) = default;
};

/// Names one attempt at a task, to its owner and to whoever has heard of it in the same session.
struct attempt_name {
  owner_index task{};
  /// Counts from 0 how often the task was sent.
  std::uint32_t attempt = 0;

  friend constexpr auto operator<=>(const attempt_name&, const attempt_name&) = default;
};

}  // namespace rt::wire
