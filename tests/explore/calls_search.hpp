#pragma once

#include "explore/calls_world.hpp"
#include "explore/world_search.hpp"

namespace explore::calls {

using explore::search_result;

/// Goes through every state that can be reached, nearest first.
inline search_result search(const limits& allowed) { return search_world<action>(world(allowed)); }

}  // namespace explore::calls
