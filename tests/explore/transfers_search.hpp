#pragma once

#include "explore/transfers_world.hpp"

namespace explore::transfers {

struct search_result {
  std::uint64_t states = 0;
  std::uint64_t steps = 0;
  std::size_t depth = 0;  ///< steps of the longest shortest way to a state
  std::string failure;    ///< empty, or what is wrong and the shortest way there
};

/// Goes through every state that can be reached, nearest first; then looks whether from each of
/// them all waits can end without any further fault.
/// Shape: two states with the same 128 bits of hash are taken for one.
search_result search(const limits& allowed);

}  // namespace explore::transfers
