#pragma once

#include <string_view>

#include "rt/core/result.hpp"

namespace rt::wire {

/// Says that bytes from elsewhere could not be read, and why: whoever gets it ends the session, counts
/// it and logs the line once.
error_info malformed(std::string_view what, std::string_view why);

/// Says that something of ours is too large to be sent, and why.
error_info unwritable(std::string_view what, std::string_view why);

}  // namespace rt::wire
