#pragma once

namespace rt::platform {

/// Registers the process for `barrier_in_all_threads`; where it has threads already, that takes the
/// kernel some 20 ms, and is done only if `may_wait`.
/// Shape: whether it is registered; never where the kernel does not offer it (before 4.14, or
/// forbidden by a filter).
bool prepare_barriers(bool may_wait) noexcept;

/// Lets every running thread of the process pass a full memory barrier before it returns.
void barrier_in_all_threads() noexcept;

}  // namespace rt::platform
