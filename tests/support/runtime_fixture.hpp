#pragma once

#include <cstddef>
#include <cstdlib>
#include <string_view>

#include <rt/rt.hpp>

namespace support {

/// Returns whether every call of this run goes through bytes (RT_DISTANCE=process). Then values
/// are rebuilt, and a test must not count copies or compare addresses.
inline bool distance_is_process() {
  const char* distance = std::getenv("RT_DISTANCE");
  return distance != nullptr && std::string_view(distance) == "process";
}

/// Returns the configuration tests start from: few CPUs, and the distance of this run.
inline rt::config test_config(double cpus = 2) {
  rt::config config;
  config.num_cpus = cpus;
  if (distance_is_process()) config.distance = rt::distance::process;
  return config;
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool sanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool sanitized = true;
#else
inline constexpr bool sanitized = false;
#endif
#else
inline constexpr bool sanitized = false;
#endif

/// Returns `n`, or a tenth of it where a sanitizer makes each step ten times dearer.
constexpr std::size_t scaled(std::size_t n) { return sanitized ? n / 10 : n; }

/// Gives a test a runtime with two CPUs.
struct runtime_fixture {
  rt::runtime runtime{test_config()};
};

/// The same with one CPU, where nothing runs beside a task unless it gives its CPU back.
struct one_cpu_fixture {
  rt::runtime runtime{test_config(1)};
};

}  // namespace support
