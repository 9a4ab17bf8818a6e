#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace rt::platform {

/// Returns how many processors this process may use: those of its affinity mask, fewer where its
/// control group has a quota of processor time (rounded up), at least 1.
/// Thread: any; reads files, so callers keep it.
unsigned cores();

/// Returns how much memory this process may use: the machine's, or its control group's limit.
/// Units: bytes.
std::uint64_t memory_bytes();

/// The texts of the control group files, read apart from the files so that they can be tested.
namespace control_group {

/// Returns the whole processors that a `cpu.max` ("200000 100000", "max 100000") allows, rounded up.
/// Errors: nothing, where the text sets no limit or is not of this form.
std::optional<unsigned> cores_from_quota(std::string_view cpu_max);

/// Returns the bytes that a `memory.max` ("max", "1073741824") allows; nothing where it sets none.
std::optional<std::uint64_t> bytes_from_limit(std::string_view memory_max);

/// Returns the group's path in the one hierarchy of version 2 from the text of /proc/self/cgroup
/// ("0::/user.slice"); nothing where the process is only in groups of version 1.
std::optional<std::string_view> path_from_membership(std::string_view proc_self_cgroup);

}  // namespace control_group
}  // namespace rt::platform
