#include "app/process.hpp"

#include <rt/runtime.hpp>

namespace rt {

struct runtime::state {
  explicit state(const config& options) : process(options) {}
  app::process process;
};

runtime::runtime(const config& options) : state_(new state(options)) {}

runtime::~runtime() = default;

}  // namespace rt
