#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace rt {

/// Names one thing of a kind; ids of different kinds are different types.
/// Shape: the incarnation of the process that minted it, and that process's counter; 0,0 names
/// nothing. Incarnations are random, so that ids are unique without anyone being asked.
template <class Kind>
struct basic_id {
  std::uint64_t incarnation = 0;
  std::uint64_t counter = 0;

  explicit constexpr operator bool() const noexcept { return incarnation != 0 || counter != 0; }
  friend constexpr auto operator<=>(const basic_id&, const basic_id&) = default;
};

using task_id = basic_id<struct task_id_kind>;
using object_id = basic_id<struct object_id_kind>;
using actor_id = basic_id<struct actor_id_kind>;
using node_id = basic_id<struct node_id_kind>;
using job_id = basic_id<struct job_id_kind>;

/// Returns sixteen hexadecimal digits, a dash, and the counter in decimal; "none" for no id.
std::string id_text(std::uint64_t incarnation, std::uint64_t counter);

/// Returns what `id_text` makes of it.
template <class Kind>
std::string to_string(const basic_id<Kind>& id) {
  return id_text(id.incarnation, id.counter);
}

}  // namespace rt

/// Hashes an id.
template <class Kind>
struct std::hash<rt::basic_id<Kind>> {
  std::size_t operator()(const rt::basic_id<Kind>& id) const noexcept {
    // The incarnation is random already; the odd factor spreads the counter over all bits.
    return static_cast<std::size_t>(id.incarnation ^ (id.counter * 0x9E3779B97F4A7C15u));
  }
};
