#pragma once

#include <cstddef>
#include <cstdint>

namespace rt::detail {

/// How deep values may lie within one another, written or read: the stack of a task has an end.
inline constexpr std::uint32_t archive_depth_max = 500;

/// How much memory the elements of one input may take that no byte of the input stands for, such as
/// a vector of empty structs: without it a length of eight bytes could ask for any amount.
inline constexpr std::size_t archive_unbacked_bytes_max = std::size_t{1} << 20;

/// How many elements a `cereal::size_type` read by a user's own `load` may name beyond one for each
/// byte that is left.
inline constexpr std::size_t archive_unbacked_count_max = 1024;

[[noreturn]] void archive_truncated(std::size_t wanted, std::size_t left);
[[noreturn]] void archive_count_too_large(std::uint64_t count, std::size_t left);
[[noreturn]] void archive_too_deep();
[[noreturn]] void archive_bad_value(const char* what, std::uint64_t value);
[[noreturn]] void archive_bad_reference(std::uint32_t index, std::size_t count);
[[noreturn]] void archive_trailing(std::size_t left);
/// Ends a catch block: turns what is not an `rt::error` already into a `serialization_error`.
[[noreturn]] void archive_rethrow();

}  // namespace rt::detail
