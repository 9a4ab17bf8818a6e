#include "app/process.hpp"

#include <rt/core/error.hpp>
#include <rt/runtime.hpp>

#include <string>

namespace rt {

struct runtime::state {
  explicit state(const config& options) : process(checked(options)) {
    if (process.in_cluster() != nullptr) process.in_cluster()->wait_until_begun();
  }

  static const config& checked(const config& options) {
    if (options.role == role::local || options.role == role::driver) return options;
    throw config_error("config.role = " + std::string(to_string(options.role)) +
                       ": a runtime takes local or driver; the others are served by rt::run");
  }

  app::process process;
};

runtime::runtime(const config& options) : state_(new state(options)) {}

runtime::~runtime() = default;

}  // namespace rt
