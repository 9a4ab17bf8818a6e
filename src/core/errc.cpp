#include "rt/core/errc.hpp"

#include <algorithm>
#include <array>

namespace rt {
namespace {

struct row {
  errc code;
  std::string_view name;
  bool retryable;
};

// Retryable is what waiting can cure: time, room, memory, a name that somebody is about to take. A
// program, an option or a dead peer is not cured by asking again.
constexpr std::array table{
    row{errc::get_timeout, "get_timeout", true},
    row{errc::task_cancelled, "task_cancelled", false},
    row{errc::actor_not_found, "actor_not_found", true},
    row{errc::name_taken, "name_taken", false},
    row{errc::file_changed, "file_changed", false},
    row{errc::actor_died, "actor_died", false},
    row{errc::connection, "connection", true},
    row{errc::node_died, "node_died", true},
    row{errc::owner_died, "owner_died", false},
    row{errc::object_lost, "object_lost", false},
    row{errc::actor_unavailable, "actor_unavailable", true},
    row{errc::cluster_unavailable, "cluster_unavailable", true},
    row{errc::storage, "storage", false},
    row{errc::pending_calls_limit, "pending_calls_limit", true},
    row{errc::unschedulable, "unschedulable", false},
    row{errc::out_of_memory, "out_of_memory", true},
    row{errc::out_of_disk, "out_of_disk", true},
    row{errc::user_exception, "user_exception", false},
    row{errc::deadlock, "deadlock", false},
    row{errc::serialization, "serialization", false},
    row{errc::invalid_argument, "invalid_argument", false},
    row{errc::config, "config", false},
    row{errc::no_runtime, "no_runtime", false},
    row{errc::not_isolated, "not_isolated", false},
    row{errc::actor_type, "actor_type", false},
    row{errc::function_not_found, "function_not_found", false},
    row{errc::version_mismatch, "version_mismatch", false},
    row{errc::authentication, "authentication", false},
};

constexpr bool ascends() {
  for (std::size_t i = 1; i < table.size(); ++i) {
    if (table[i - 1].code >= table[i].code) return false;
  }
  return true;
}
static_assert(ascends(),
              "rows are found by binary search: keep them in the order of their numbers");

const row* find(errc code) noexcept {
  const auto* at = std::lower_bound(table.begin(), table.end(), code,
                                    [](const row& r, errc c) { return r.code < c; });
  return at != table.end() && at->code == code ? at : nullptr;
}

}  // namespace

std::string_view to_string(errc code) noexcept {
  const row* found = find(code);
  return found != nullptr ? found->name : "unknown_errc";
}

bool is_known(errc code) noexcept { return find(code) != nullptr; }

bool is_retryable(errc code) noexcept {
  const row* found = find(code);
  return found != nullptr && found->retryable;
}

}  // namespace rt
