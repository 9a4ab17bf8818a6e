#include "platform/machine.hpp"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace rt::platform {
namespace {

constexpr const char* group_root = "/sys/fs/cgroup";

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  return std::move(text).str();
}

std::string_view next_word(std::string_view& text) {
  const auto begin = text.find_first_not_of(" \t\n");
  if (begin == std::string_view::npos) return text = {};
  text.remove_prefix(begin);
  const auto length = std::min(text.find_first_of(" \t\n"), text.size());
  const auto word = text.substr(0, length);
  text.remove_prefix(length);
  return word;
}

std::optional<std::uint64_t> number_from(std::string_view word) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  return value;
}

unsigned cores_by_affinity() {
  // The kernel refuses a mask smaller than its own, so grow until it fits.
  for (std::size_t words = 16; words <= 4096; words *= 2) {
    std::vector<cpu_set_t> masks(words);
    const std::size_t bytes = words * sizeof(cpu_set_t);
    if (::sched_getaffinity(0, bytes, masks.data()) == 0) {
      return static_cast<unsigned>(CPU_COUNT_S(bytes, masks.data()));
    }
    if (errno != EINVAL) break;
  }
  const long online = ::sysconf(_SC_NPROCESSORS_ONLN);
  return online > 0 ? static_cast<unsigned>(online) : 1;
}

/// Calls `look` with the folder of this process's group and of each group around it.
template <typename Look>
void for_each_group(Look look) {
  const std::string membership = text_of("/proc/self/cgroup");
  const auto found = control_group::path_from_membership(membership);
  if (!found) return;
  std::string path(*found);
  while (path.size() > 1) {
    look(group_root + path);
    path.resize(path.rfind('/'));
  }
  // In a container the root of what is mounted is the container's own group.
  look(std::string(group_root));
}

/// Returns what a hierarchy of version 1 says in `file`, where it is mounted in the usual place.
std::optional<std::uint64_t> version_1_number(const char* file) {
  const std::string text = text_of(std::string(group_root) + file);
  std::string_view rest = text;
  return number_from(next_word(rest));  // "-1", no limit, is no number here
}

}  // namespace

namespace control_group {

std::optional<unsigned> cores_from_quota(std::string_view cpu_max) {
  const auto quota = number_from(next_word(cpu_max));
  const auto period = number_from(next_word(cpu_max));
  if (!quota || !period || *quota == 0 || *period == 0) return std::nullopt;
  const std::uint64_t whole = (*quota - 1) / *period + 1;
  return static_cast<unsigned>(std::min<std::uint64_t>(whole, 1U << 20));
}

std::optional<std::uint64_t> bytes_from_limit(std::string_view memory_max) {
  return number_from(next_word(memory_max));
}

std::optional<std::string_view> path_from_membership(std::string_view proc_self_cgroup) {
  while (!proc_self_cgroup.empty()) {
    const auto length = std::min(proc_self_cgroup.find('\n'), proc_self_cgroup.size());
    const auto line = proc_self_cgroup.substr(0, length);
    if (line.substr(0, 4) == "0::/") return line.substr(3);
    proc_self_cgroup.remove_prefix(std::min(length + 1, proc_self_cgroup.size()));
  }
  return std::nullopt;
}

}  // namespace control_group

unsigned cores() {
  unsigned result = cores_by_affinity();
  for_each_group([&](const std::string& folder) {
    const auto quota = control_group::cores_from_quota(text_of(folder + "/cpu.max"));
    if (quota) result = std::min(result, *quota);
  });
  const auto quota = version_1_number("/cpu/cpu.cfs_quota_us");
  const auto period = version_1_number("/cpu/cpu.cfs_period_us");
  if (quota && period && *quota > 0 && *period > 0) {
    result = static_cast<unsigned>(std::min<std::uint64_t>(result, (*quota - 1) / *period + 1));
  }
  return std::max(result, 1U);
}

std::uint64_t memory_bytes() {
  const long pages = ::sysconf(_SC_PHYS_PAGES);
  const long page_bytes = ::sysconf(_SC_PAGESIZE);
  std::uint64_t result = static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page_bytes);
  for_each_group([&](const std::string& folder) {
    const auto limit = control_group::bytes_from_limit(text_of(folder + "/memory.max"));
    if (limit && *limit > 0) result = std::min(result, *limit);
  });
  const auto limit = version_1_number("/memory/memory.limit_in_bytes");
  if (limit && *limit > 0) result = std::min(result, *limit);
  return result;
}

}  // namespace rt::platform
