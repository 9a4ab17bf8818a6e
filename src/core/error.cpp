#include "rt/core/error.hpp"

#include <type_traits>

namespace rt {
namespace {

/// Calls `use` with a null pointer to the class of `code`; with one to `error` where there is none.
template <class Use>
decltype(auto) with_class_of(errc code, const Use& use) {
  switch (code) {
    case errc::get_timeout: return use(static_cast<get_timeout_error*>(nullptr));
    case errc::task_cancelled: return use(static_cast<task_cancelled_error*>(nullptr));
    case errc::actor_not_found: return use(static_cast<actor_not_found_error*>(nullptr));
    case errc::name_taken: return use(static_cast<name_taken_error*>(nullptr));
    case errc::actor_died: return use(static_cast<actor_died_error*>(nullptr));
    case errc::connection: return use(static_cast<connection_error*>(nullptr));
    case errc::node_died: return use(static_cast<node_died_error*>(nullptr));
    case errc::owner_died: return use(static_cast<owner_died_error*>(nullptr));
    case errc::object_lost: return use(static_cast<object_lost_error*>(nullptr));
    case errc::actor_unavailable: return use(static_cast<actor_unavailable_error*>(nullptr));
    case errc::cluster_unavailable: return use(static_cast<cluster_unavailable_error*>(nullptr));
    case errc::pending_calls_limit: return use(static_cast<pending_calls_limit_error*>(nullptr));
    case errc::unschedulable: return use(static_cast<unschedulable_error*>(nullptr));
    case errc::out_of_memory: return use(static_cast<out_of_memory_error*>(nullptr));
    case errc::deadlock: return use(static_cast<deadlock_error*>(nullptr));
    case errc::serialization: return use(static_cast<serialization_error*>(nullptr));
    case errc::config: return use(static_cast<config_error*>(nullptr));
    case errc::actor_type: return use(static_cast<actor_type_error*>(nullptr));
    case errc::function_not_found: return use(static_cast<function_not_found_error*>(nullptr));
    case errc::version_mismatch: return use(static_cast<version_mismatch_error*>(nullptr));
    case errc::authentication: return use(static_cast<authentication_error*>(nullptr));
    // Nobody could react to these other than by reading the code.
    case errc::file_changed:
    case errc::storage:
    case errc::out_of_disk:
    case errc::user_exception:
    case errc::invalid_argument:
    case errc::no_runtime:
    case errc::not_isolated: break;
  }
  return use(static_cast<error*>(nullptr));
}

}  // namespace

std::exception_ptr make_error(errc code, const std::string& message, rt::outcome outcome) {
  return with_class_of(code, [&]<class Error>(Error*) {
    if constexpr (std::is_same_v<Error, error>) {
      return std::make_exception_ptr(error(code, message, outcome));
    } else {
      return std::make_exception_ptr(Error(message, outcome));
    }
  });
}

void throw_error(errc code, const std::string& message, rt::outcome outcome) {
  std::rethrow_exception(make_error(code, message, outcome));
}

}  // namespace rt
