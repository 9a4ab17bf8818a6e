#pragma once

namespace rt::platform {

/// Has `handler` called in each child that this process forks from now on, by the thread that forked
/// and before `fork` returns there. The first handler given stays.
/// Errors: std::system_error.
void call_in_forked_children(void (*handler)());

}  // namespace rt::platform
