#pragma once

namespace rt::platform {

/// Lets every running thread of the process pass a full memory barrier before it returns.
/// Shape: false where the kernel does not offer that (before 4.14, or forbidden by a filter).
bool barrier_in_all_threads() noexcept;

}  // namespace rt::platform
