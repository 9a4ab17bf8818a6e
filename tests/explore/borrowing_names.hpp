#pragma once

#include "explore/borrowing_world.hpp"

// The processes of a world by number, by incarnation, and by letter.
namespace explore::borrowing {

inline constexpr std::uint64_t first_incarnation = 1;

inline incarnation name_of(process which) { return incarnation{first_incarnation + which}; }
inline process process_of(incarnation name) {
  return static_cast<process>(static_cast<std::uint64_t>(name) - first_incarnation);
}
inline process owner(const object_id& object) { return process_of(owner_of(object)); }

inline std::string text_of(process which) { return std::string(1, static_cast<char>('A' + which)); }
inline std::string text_of(const object_id& object) {
  return text_of(owner(object)) + "'s object " + std::to_string(object.counter);
}

}  // namespace explore::borrowing
