#include "app/process.hpp"

#include "app/exit_codes.hpp"
#include "platform/fork.hpp"
#include "platform/log_line.hpp"
#include "platform/machine.hpp"
#include "worker/make_engine.hpp"

#include <rt/core/error.hpp>
#include <rt/detail/function_record.hpp>

#include <cstdlib>

namespace rt::app {

namespace {

/// A child that was forked off inside a task has returned from it.
void end_child() {
  platform::write_log_line("a child that a task forked off left the task; it may only exec");
  std::_Exit(exit_unfinished);
}

config completed(config options) {
  validate(options);
  if (!options.num_cpus) options.num_cpus = platform::cores();
  if (!options.memory) options.memory = byte_count(platform::memory_bytes());
  return options;
}

}  // namespace

void process::check_place() {
  if (detail::end_forked_child != nullptr) detail::throw_no_runtime();
  if (detail::this_context().frame != nullptr) {
    throw config_error("a runtime cannot be started inside a task");
  }
  if (detail::process_engine.load(std::memory_order_acquire) != nullptr) {
    throw config_error("a runtime of this process lives already; end it before the next begins");
  }
}

process::process(config options, place where) {
  if (where == place::alone) check_place();
  if (std::string twins = detail::find_twin_functions(); !twins.empty()) throw config_error(twins);
  const config whole = completed(std::move(options));
  platform::call_in_forked_children([] { detail::disown_runtimes(&end_child); });
  if (whole.role == role::local) engine_ = worker::make_engine(world_, whole);
  else in_cluster_ = std::make_unique<cluster_process>(whole);
  if (where == place::beside) return;
  detail::engine* none = nullptr;
  if (!detail::process_engine.compare_exchange_strong(none, &engine())) {
    if (engine_) static_cast<void>(engine_->shut_down());
    throw config_error("a runtime of this process lives already; end it before the next begins");
  }
}

process::~process() {
  if (detail::end_forked_child != nullptr) {
    // Its threads are the parent's: nobody could end its work here.
    static_cast<void>(engine_.release());
    static_cast<void>(in_cluster_.release());
    return;
  }
  detail::engine* mine = &engine();
  if (in_cluster_) {
    in_cluster_ = nullptr;
    detail::process_engine.compare_exchange_strong(mine, nullptr, std::memory_order_release,
                                                   std::memory_order_relaxed);
    return;
  }
  const std::string stays = engine_->shut_down();
  if (!stays.empty()) {
    world_.log(stays + "; the process exits");
    std::_Exit(exit_unfinished);
  }
  detail::process_engine.compare_exchange_strong(mine, nullptr, std::memory_order_release,
                                                 std::memory_order_relaxed);
}

process::scope::scope(process& inside) noexcept
    : outer_(std::exchange(detail::this_context().runtime, &inside.engine())) {}

process::scope::~scope() { detail::this_context().runtime = outer_; }

}  // namespace rt::app
