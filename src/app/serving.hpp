#pragma once

#include <optional>
#include <string>

#include "rt/config.hpp"

namespace rt::app {

/// Where the head is that has started this process as its node; nothing where none has. Who asks takes it:
/// what this process starts is not told.
std::optional<std::string> take_heads_address();

/// Serves as a head or a worker until SIGTERM or SIGINT, then drains; a second one ends the process at
/// once. With `started_by_head` it is the node that a head has beside it.
/// Shape: the exit code.   Thread: the main thread.   Errors: as `process`.
int serve(const config& options, char* const* argv, bool started_by_head);

}  // namespace rt::app
