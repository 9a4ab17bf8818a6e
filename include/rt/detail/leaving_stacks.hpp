#pragma once

namespace rt::detail {

/// Has exceptions be written with the stack of their throw, or without it, in this program. Its text is
/// another in each build and place of the program, and so is how long simulated messages take.
void let_stacks_leave(bool may) noexcept;

}  // namespace rt::detail
