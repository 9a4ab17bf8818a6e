#pragma once

#include <cstdint>

namespace workloads {

/// Sums up a tree that the seed chooses, each of whose nodes is a task that waits for its children's: one by
/// one, in whatever order they are ready, or all at once.
std::uint64_t sum_of_tree(std::uint64_t seed, int depth);

/// The same sum, by one thread.
std::uint64_t plain_sum_of_tree(std::uint64_t seed, int depth);

/// How often `sum_of_tree` has begun: of one run, whoever reads it sets it before.
std::uint64_t& trees_begun() noexcept;

}  // namespace workloads
