#pragma once

#include "platform/real_environment.hpp"

#include "app/cluster_process.hpp"

#include <rt/config.hpp>
#include <rt/detail/engine.hpp>

#include <cstdint>
#include <memory>
#include <utility>

namespace rt::app {

/// Makes the parts of a process for its role, and takes them apart again.
/// Thread: made and ended by one thread.
class process {
 public:
  /// Whether it is the runtime that threads outside tasks find, or one of several side by side, which
  /// only those within its `scope` do; for tests.
  enum class place : std::uint8_t { alone, beside };

  process(config options, place where);
  /// Errors: `config_error` for options without meaning, for two hidden functions of one name, and
  /// while another runtime of this process lives; in a cluster those of `cluster_process`.
  explicit process(config options) : process(std::move(options), place::alone) {}
  /// Errors: `config_error` where a runtime cannot begin here, whatever its options.
  static void check_place();
  process(const process&) = delete;
  process& operator=(const process&) = delete;
  /// Waits for the work and ends all threads. If some task does not return even after it was
  /// cancelled, says so and exits the process, since its thread cannot be ended.
  ~process();

  /// Null where it is all of its cluster.
  cluster_process* in_cluster() noexcept { return in_cluster_.get(); }

  /// What this thread calls outside tasks while the scope lives belongs to that runtime.
  class scope {
   public:
    explicit scope(process& inside) noexcept;
    scope(const scope&) = delete;
    scope& operator=(const scope&) = delete;
    ~scope();

   private:
    detail::engine* outer_;
  };

 private:
  detail::engine& engine() noexcept { return in_cluster_ ? in_cluster_->engine() : *engine_; }

  platform::real_environment world_;
  /// Where it is all of its cluster; else the participant's counts.
  std::unique_ptr<detail::engine> engine_;
  std::unique_ptr<cluster_process> in_cluster_;
};

}  // namespace rt::app
