#pragma once

#include <exception>
#include <stdexcept>
#include <string>
#include <utility>

#include "rt/core/errc.hpp"
#include "rt/core/outcome.hpp"

namespace rt {

/// Carries what the runtime itself reports: what happened, to what, and what to do about it.
/// A class of its own exists below it where a caller could sensibly catch exactly that; each can be
/// made again elsewhere from its code, text and outcome (`throw_error`).
/// Thread: a value; copying shares the text and does not throw.
class error : public std::runtime_error {
 public:
  error(errc code, const std::string& message, rt::outcome outcome = rt::outcome::unknown)
      : std::runtime_error(message), code_(code), outcome_(outcome) {}

  /// Returns what kind of failure it is.
  errc code() const noexcept { return code_; }

  /// Returns how far the work got: is doing it again safe?
  rt::outcome outcome() const noexcept { return outcome_; }

 private:
  errc code_;
  rt::outcome outcome_;
};

/// Gives the members that all errors of one code share: the code as a constant, the constructor.
/// Shape: `Default` is the outcome where none is given.
template <errc Code, rt::outcome Default>
class error_of : public error {
 public:
  static constexpr errc fixed_code = Code;

  explicit error_of(const std::string& message, rt::outcome outcome = Default)
      : error(Code, message, outcome) {}
};

/// Reports that `get` or `pin` ran out of time; the reference stays good, the work goes on.
class get_timeout_error : public error_of<errc::get_timeout, rt::outcome::unknown> {
  using error_of::error_of;
};

/// Reports that the task was cancelled: by `rt::cancel`, its deadline or the shutdown.
class task_cancelled_error : public error_of<errc::task_cancelled, rt::outcome::unknown> {
  using error_of::error_of;
};

/// Reports that an actor of that name is not known.
class actor_not_found_error : public error_of<errc::actor_not_found, rt::outcome::not_started> {
  using error_of::error_of;
};

/// Reports that another live actor has the name.
class name_taken_error : public error_of<errc::name_taken, rt::outcome::not_started> {
  using error_of::error_of;
};

/// Reports that the named actor is of another class.
class actor_type_error : public error_of<errc::actor_type, rt::outcome::not_started> {
  using error_of::error_of;
};

/// Reports that the process at the other side is gone, or cannot be reached.
class connection_error : public error_of<errc::connection, rt::outcome::unknown> {
  using error_of::error_of;
};

/// Reports that the node that ran the task is gone, and its retries are used up.
class node_died_error : public error_of<errc::node_died, rt::outcome::unknown> {
  using error_of::error_of;
};

/// Reports that the process that owned the object is gone, and the object with it.
class owner_died_error : public error_of<errc::owner_died, rt::outcome::unknown> {
  using error_of::error_of;
};

/// Reports that all copies of the object are gone, and that it cannot be made again.
class object_lost_error : public error_of<errc::object_lost, rt::outcome::unknown> {
  using error_of::error_of;
};

/// Reports that the actor cannot be reached for now: it is being built again.
class actor_unavailable_error : public error_of<errc::actor_unavailable, rt::outcome::unknown> {
  using error_of::error_of;
};

/// Reports that no head has answered for longer than `config::head_timeout`.
class cluster_unavailable_error
    : public error_of<errc::cluster_unavailable, rt::outcome::not_started> {
  using error_of::error_of;
};

/// Reports another version of the protocol at the other side, or another cluster.
class version_mismatch_error : public error_of<errc::version_mismatch, rt::outcome::not_started> {
  using error_of::error_of;
};

/// Reports that the cluster's secret is missing here, or that the other side has another one.
class authentication_error : public error_of<errc::authentication, rt::outcome::not_started> {
  using error_of::error_of;
};

/// Reports that the actor is gone for good.
class actor_died_error : public error_of<errc::actor_died, rt::outcome::unknown> {
  using error_of::error_of;
};

/// Reports that as many calls or tasks wait already as the limit allows.
class pending_calls_limit_error
    : public error_of<errc::pending_calls_limit, rt::outcome::not_started> {
  using error_of::error_of;
};

/// Reports that no node of the cluster could ever run it.
class unschedulable_error : public error_of<errc::unschedulable, rt::outcome::not_started> {
  using error_of::error_of;
};

/// Reports that memory for a payload could not be had.
class out_of_memory_error : public error_of<errc::out_of_memory, rt::outcome::unknown> {
  using error_of::error_of;
};

/// Reports a task or an actor that waits for itself, perhaps through others.
class deadlock_error : public error_of<errc::deadlock, rt::outcome::not_started> {
  using error_of::error_of;
};

/// Reports bytes that cannot be read, or a value that cannot be written.
class serialization_error : public error_of<errc::serialization, rt::outcome::unknown> {
  using error_of::error_of;
};

/// Reports that the other side's binary does not hold the function.
class function_not_found_error
    : public error_of<errc::function_not_found, rt::outcome::not_started> {
  using error_of::error_of;
};

/// Reports an option, a flag or a variable whose value has no meaning.
class config_error : public error_of<errc::config, rt::outcome::not_started> {
  using error_of::error_of;
};

/// Makes the exception of the class that belongs to `code`; `rt::error` itself where there is none.
std::exception_ptr make_error(errc code, const std::string& message, rt::outcome outcome);

/// Throws what `make_error` makes, for an error that arrives as code, text and outcome.
[[noreturn]] void throw_error(errc code, const std::string& message, rt::outcome outcome);

}  // namespace rt
