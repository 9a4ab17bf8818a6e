#pragma once

#include <rt/config.hpp>

#include <memory>

namespace rt {

namespace detail {
class engine;
}  // namespace detail

/// A runtime without a main, for embedding: the same that `rt::run` starts, in the roles `local` and
/// `driver`.
///
/// Several may follow each other in a process, one at a time. Its destructor shuts everything down:
/// work has `config::shutdown_timeout`, then is cancelled; all threads have ended when it returns.
/// Touches no signal.
/// Thread: constructed and destroyed by one thread; not inside a task.
class runtime {
 public:
  /// Errors: `config_error` for an option without meaning, or while another one exists; of a driver also
  /// `authentication_error`, and `cluster_unavailable_error` where no head answers in time.
  explicit runtime(const config& options = {});
  runtime(const runtime&) = delete;
  runtime& operator=(const runtime&) = delete;
  ~runtime();

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace rt
