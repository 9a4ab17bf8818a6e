#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rt/actor_options.hpp"
#include "rt/call_options.hpp"
#include "rt/config.hpp"
#include "rt/task_options.hpp"

namespace rt::detail {

/// The longest name of a task, an actor or a resource.   Units: bytes.
inline constexpr std::size_t name_bytes_max = 255;

/// The most threads that one actor may have for its calls.
inline constexpr std::int64_t actor_concurrency_max = 10'000;

// What each kind of option takes: said by `config_error`, by the flags' messages and by `--help`.
inline constexpr std::string_view takes_amount =
    "a number from 0 to 1e13, in steps of 0.0001, such as 4 or 0.5";
// Nobody else could ever run what asks for a CPU, nor an actor.
inline constexpr std::string_view takes_cpus =
    "a number from 1 to 1e13, in steps of 0.0001, such as 4 or 1.5, since this process runs it all";
inline constexpr std::string_view takes_bytes =
    "a size in whole bytes, at most 1 EiB, such as 512MB or 2GiB";
inline constexpr std::string_view takes_positive_count = "a whole number from 1";
inline constexpr std::string_view takes_resources =
    "names and amounts such as fpga=1,ssd=2, each name once, none of them CPU, GPU or memory";
inline constexpr std::string_view takes_duration =
    "a duration such as 500ms, 10s or 2min, or forever";
inline constexpr std::string_view takes_node_timeout =
    "a duration from 100ms, such as 10s or 2min, or forever";
inline constexpr std::string_view takes_address =
    "tcp://host:port, such as tcp://10.0.0.3:6380, a head also port 0 for any";
inline constexpr std::string_view takes_file = "the path of a file, at most 4095 bytes";
inline constexpr std::string_view takes_name = "at most 255 bytes";

/// Names an option whose value has no meaning, with that value and what the option takes.
struct bad_option {
  std::string_view name;
  std::string value;
  std::string_view takes;
};

/// Returns the first member of `options` that has no meaning; nothing where all have.
std::optional<bad_option> find_bad_option(const config& options);
std::optional<bad_option> find_bad_option(const task_options& options);
std::optional<bad_option> find_bad_option(const actor_options& options);
std::optional<bad_option> find_bad_option(const call_options& options);

/// Returns the first member that has no meaning beside the others, where each has one by itself.
std::optional<bad_option> find_bad_combination(const config& options);

}  // namespace rt::detail
