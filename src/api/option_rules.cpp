#include "api/option_rules.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>

#include "rt/core/address.hpp"
#include "rt/core/error.hpp"

namespace rt {
namespace detail {
namespace {

using complaint = std::optional<bad_option>;

bool is_right(amount value) { return value.is_valid() && value >= amount(0); }
bool is_right(byte_count value) { return value.is_valid() && value >= byte_count(0); }
bool is_right(time_limit value) { return value.is_valid(); }

std::string_view takes(amount) { return takes_amount; }
std::string_view takes(byte_count) { return takes_bytes; }
std::string_view takes(time_limit) { return takes_duration; }

template <class Value>
complaint check(std::string_view name, Value value) {
  if (is_right(value)) return std::nullopt;
  return bad_option{name, to_string(value), takes(value)};
}

template <class Value>
complaint check(std::string_view name, const std::optional<Value>& value) {
  return value ? check(name, *value) : std::nullopt;
}

complaint check_count(std::string_view name, count value, std::int64_t least, std::int64_t most,
                      std::string_view takes) {
  if (value.is_valid() && value.value() >= least && value.value() <= most) return std::nullopt;
  return bad_option{name, to_string(value), takes};
}

complaint check_name(std::string_view option, const std::string& name) {
  if (name.size() <= name_bytes_max) return std::nullopt;
  return bad_option{option, name, takes_name};
}

/// Tells whether a flag could spell the name, and a table of text show it.
bool is_right_name(const std::string& name) {
  if (name.empty() || name.size() > name_bytes_max) return false;
  if (name == "CPU" || name == "GPU" || name == "memory") return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) > ' ' && c != '\x7f' && c != ',' && c != '=';
  });
}

complaint check(std::string_view option, const resource_set& resources) {
  const std::string* last = nullptr;
  for (const resource& each : resources) {
    const bool twice = last != nullptr && *last == each.name;
    if (twice || !is_right_name(each.name) || !is_right(each.amount)) {
      return bad_option{option, to_string(resources), takes_resources};
    }
    last = &each.name;
  }
  return std::nullopt;
}

/// The port behind a place's last colon; nothing where there is none.
std::optional<unsigned short> port_of(std::string_view place) {
  const std::size_t colon = place.rfind(':');
  if (colon == place.npos || colon == 0) return std::nullopt;
  const std::string_view text = place.substr(colon + 1);
  unsigned short port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return port;
}

complaint check_address(std::string_view option, const std::string& text) {
  if (text.empty()) return std::nullopt;
  const result<address> at = address::parse(text);
  if (at && at->scheme() == "tcp" && port_of(at->place())) return std::nullopt;
  return bad_option{option, text, takes_address};
}

complaint check_file(std::string_view option, const std::string& path) {
  constexpr std::size_t path_bytes_max = 4095;
  if (path.size() <= path_bytes_max && path.find('\0') == path.npos) return std::nullopt;
  return bad_option{option, path, takes_file};
}

[[noreturn]] void refuse(std::string_view options, const bad_option& bad) {
  std::string message(options);
  message.append(".").append(bad.name).append(" = ").append(bad.value);
  message.append(": takes ").append(bad.takes);
  throw config_error(message);
}

}  // namespace

std::optional<bad_option> find_bad_option(const task_options& options) {
  if (auto bad = check_name("name", options.name)) return bad;
  if (auto bad = check("num_cpus", options.num_cpus)) return bad;
  if (auto bad = check("num_gpus", options.num_gpus)) return bad;
  if (auto bad = check("memory", options.memory)) return bad;
  if (auto bad = check("resources", options.resources)) return bad;
  if (auto bad = check_count("max_retries", options.max_retries, -1, whole_limit,
                             "a whole number from 0, or -1 for no limit")) {
    return bad;
  }
  return check("deadline", options.deadline);
}

std::optional<bad_option> find_bad_option(const actor_options& options) {
  if (auto bad = check_name("name", options.name)) return bad;
  if (auto bad = check_name("ns", options.ns)) return bad;
  if (!options.ns.empty() && options.name.empty()) {
    return bad_option{"ns", options.ns, "a namespace only with a name"};
  }
  if (options.get_if_exists && options.name.empty()) {
    return bad_option{"get_if_exists", "true", "true only with a name"};
  }
  if (options.detached && options.ns.empty()) {
    return bad_option{"detached", "true", "true only with a name and a namespace, `ns`"};
  }
  if (auto bad = check("num_cpus", options.num_cpus)) return bad;
  if (auto bad = check("num_gpus", options.num_gpus)) return bad;
  if (auto bad = check("memory", options.memory)) return bad;
  if (auto bad = check("resources", options.resources)) return bad;
  if (auto bad = check_count("max_concurrency", options.max_concurrency, 1, actor_concurrency_max,
                             "a whole number from 1 to 10000")) {
    return bad;
  }
  if (auto bad = check_count("max_restarts", options.max_restarts, -1, whole_limit,
                             "a whole number from 0, or -1 for no limit")) {
    return bad;
  }
  if (!options.max_pending_calls) return std::nullopt;
  return check_count("max_pending_calls", *options.max_pending_calls, 1, whole_limit,
                     takes_positive_count);
}

std::optional<bad_option> find_bad_option(const call_options& options) {
  if (auto bad = check_name("name", options.name)) return bad;
  return check("deadline", options.deadline);
}

std::optional<bad_option> find_bad_option(const config& options) {
  if (options.num_cpus && (!is_right(*options.num_cpus) || *options.num_cpus < amount(1))) {
    return bad_option{"num_cpus", to_string(*options.num_cpus), takes_cpus};
  }
  if (auto bad = check("num_gpus", options.num_gpus)) return bad;
  if (auto bad = check("memory", options.memory)) return bad;
  if (auto bad = check("resources", options.resources)) return bad;
  if (auto bad = check_count("max_queued_tasks", options.max_queued_tasks, 1, whole_limit,
                             takes_positive_count)) {
    return bad;
  }
  if (auto bad = check("shutdown_timeout", options.shutdown_timeout)) return bad;
  if (auto bad = check("unschedulable_timeout", options.unschedulable_timeout)) return bad;
  if (auto bad = check("head_timeout", options.head_timeout)) return bad;
  if (auto bad = check_address("address", options.address)) return bad;
  constexpr time_limit shortest = std::chrono::milliseconds(100);
  if (!options.node_timeout.is_valid() || options.node_timeout < shortest) {
    return bad_option{"node_timeout", to_string(options.node_timeout), takes_node_timeout};
  }
  if (auto bad = check_file("secret_file", options.secret_file)) return bad;
  return check_file("port_file", options.port_file);
}

std::optional<bad_option> find_bad_combination(const config& options) {
  if (options.role == role::local && !options.address.empty()) {
    return bad_option{"address", options.address,
                      "an address only with the role head, worker or driver"};
  }
  if (options.role != role::head && !options.port_file.empty()) {
    return bad_option{"port_file", options.port_file, "a path only with the role head"};
  }
  if (options.insecure && !options.secret_file.empty()) {
    return bad_option{"insecure", "true", "true only without a secret_file"};
  }
  if (options.role != role::head && !options.address.empty() &&
      port_of(address::parse(options.address)->place()) == 0) {
    return bad_option{"address", options.address,
                      "port 0 only with the role head; its --port-file tells which it has got"};
  }
  return std::nullopt;
}

}  // namespace detail

void validate(const task_options& options) {
  if (auto bad = detail::find_bad_option(options)) detail::refuse("task_options", *bad);
}

void validate(const actor_options& options) {
  if (auto bad = detail::find_bad_option(options)) detail::refuse("actor_options", *bad);
}

void validate(const call_options& options) {
  if (auto bad = detail::find_bad_option(options)) detail::refuse("call_options", *bad);
}

void validate(const config& options) {
  if (auto bad = detail::find_bad_option(options)) detail::refuse("config", *bad);
  if (auto bad = detail::find_bad_combination(options)) detail::refuse("config", *bad);
}

std::string_view to_string(role value) noexcept {
  switch (value) {
    case role::local: break;
    case role::head: return "head";
    case role::worker: return "worker";
    case role::driver: return "driver";
  }
  return "local";
}

std::string_view to_string(distance value) noexcept {
  switch (value) {
    case distance::local: break;
    case distance::process: return "process";
  }
  return "local";
}

}  // namespace rt
