#pragma once

#include "explore/transfers_world.hpp"

// The processes of a world by number, by incarnation, and by letter.
namespace explore::transfers {

inline incarnation name_of(process which) { return incarnation{1 + which}; }
inline process process_of(incarnation name) {
  return static_cast<process>(static_cast<std::uint64_t>(name) - 1);
}

inline std::string text_of(process which) { return std::string(1, static_cast<char>('A' + which)); }

}  // namespace explore::transfers
