#pragma once

#include <cstddef>

namespace rt::sim::detail {

// What the lane calls where it is compiled for exploration. The simulator defines these; outside a
// simulation they do nothing.

/// Lets the simulator choose who goes on before the caller reads, or writes, `bytes` at `address`.
/// Shape: a null address stands for anything.
void scheduling_point(const void* address, std::size_t bytes, bool writes) noexcept;

/// The same in a loop that waits for another thread: this one need not go on until another has.
void spin_point() noexcept;

}  // namespace rt::sim::detail
