#include "app/flag_table.hpp"

#include <array>
#include <optional>
#include <type_traits>

#include "api/option_rules.hpp"
#include "app/flag_values.hpp"

namespace rt::app {
namespace {

// One pair of functions for each type a member may have.

std::optional<amount> read(std::string_view text, std::type_identity<amount>) {
  return read_amount(text);
}
std::optional<count> read(std::string_view text, std::type_identity<count>) {
  return read_count(text);
}
std::optional<byte_count> read(std::string_view text, std::type_identity<byte_count>) {
  return read_bytes(text);
}
std::optional<time_limit> read(std::string_view text, std::type_identity<time_limit>) {
  return read_duration(text);
}
std::optional<bool> read(std::string_view text, std::type_identity<bool>) {
  return read_switch(text);
}
std::optional<resource_set> read(std::string_view text, std::type_identity<resource_set>) {
  return read_resources(text);
}
std::optional<role> read(std::string_view text, std::type_identity<role>) {
  for (const role each : {role::local, role::head, role::worker, role::driver}) {
    if (text == to_string(each)) return each;
  }
  return std::nullopt;
}
std::optional<std::string> read(std::string_view text, std::type_identity<std::string>) {
  return text.empty() ? std::nullopt : std::optional<std::string>(text);
}
std::optional<distance> read(std::string_view text, std::type_identity<distance>) {
  if (text == "local") return distance::local;
  return text == "process" ? std::optional(distance::process) : std::nullopt;
}

template <class Value>
auto read(std::string_view text, std::type_identity<std::optional<Value>>) {
  return read(text, std::type_identity<Value>());
}

template <class Value>
std::string show(const Value& value) {
  if constexpr (std::is_same_v<Value, bool>) {
    return value ? "true" : "false";
  } else if constexpr (std::is_same_v<Value, std::string>) {
    return value;
  } else {
    return std::string(to_string(value));
  }
}

template <class Value>
std::string show(const std::optional<Value>& value) {
  return value ? show(*value) : std::string();
}

template <auto Member>
bool read_member(std::string_view text, config& into) {
  using member = std::remove_reference_t<decltype(into.*Member)>;
  const auto value = read(text, std::type_identity<member>());
  if (value) into.*Member = *value;
  return value.has_value();
}

template <auto Member>
std::string show_member(const config& from) {
  return show(from.*Member);
}

template <auto Member>
constexpr flag_row row(std::string_view name, std::string_view value, std::string_view takes,
                       std::string_view meaning, std::string_view absent = {},
                       std::string_view alone = {}) {
  return {name, value, takes, meaning, absent, alone, read_member<Member>, show_member<Member>};
}

constexpr std::array table{
    row<&config::role>("role", "role", "local, head, worker or driver",
                       "The part of a cluster that this process is."),
    row<&config::address>("address", "address", detail::takes_address,
                          "Where the cluster's head is, for all of its processes.",
                          default_address),
    row<&config::num_cpus>("num_cpus", "number", detail::takes_cpus, "Logical CPUs of this node.",
                           "as many as the process may use"),
    row<&config::num_gpus>("num_gpus", "number", detail::takes_amount,
                           "Logical GPUs of this node."),
    row<&config::memory>("memory", "size", detail::takes_bytes, "Logical memory of this node.",
                         "as much as the process may use"),
    row<&config::resources>("resources", "name=number,...", detail::takes_resources,
                            "Other resources of this node, by names of the program's own.", "none"),
    row<&config::driver_executes>(
        "driver_executes", "switch", "true, false, 1 or 0",
        "Whether the driver's thread may run tasks in place while it waits."),
    row<&config::max_queued_tasks>(
        "max_queued_tasks", "count", detail::takes_positive_count,
        "Tasks that may be queued; beyond it a driver helps, and a task is refused another."),
    row<&config::shutdown_timeout>(
        "shutdown_timeout", "duration", detail::takes_duration,
        "How long work may go on after the driver returned, before it is cancelled."),
    row<&config::unschedulable_timeout>(
        "unschedulable_timeout", "duration", detail::takes_duration,
        "How long a task that no node could ever run waits before it fails."),
    row<&config::head_timeout>("head_timeout", "duration", detail::takes_duration,
                               "How long no head may be heard before what needs one fails."),
    row<&config::node_timeout>("node_timeout", "duration", detail::takes_node_timeout,
                               "A head's: how long a process may be silent before it is dead."),
    row<&config::secret_file>("secret_file", "file", detail::takes_file,
                              "Holds the cluster's secret, 64 hexadecimal digits.",
                              "what a head on this machine has left"),
    row<&config::insecure>("insecure", "switch", "true, false, 1 or 0; alone it is true",
                           "Speaks without protection: whoever reaches a port can run anything.",
                           {}, "true"),
    row<&config::port_file>("port_file", "file", detail::takes_file,
                            "A head writes its port there once it takes connections.", "none"),
    row<&config::distance>(
        "distance", "distance", "local or process",
        "For tests: with process, every call goes through bytes as if to another process."),
};

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

}  // namespace

std::span<const flag_row> flag_table() { return table; }

std::string flag_name(const flag_row& row) {
  std::string name = "--";
  for (const char c : row.name) name += c == '_' ? '-' : c;
  return name;
}

std::string variable_name(const flag_row& row) {
  std::string name = "RT_";
  for (const char c : row.name) name += upper(c);
  return name;
}

std::string default_text(const flag_row& row) {
  std::string text = row.show(config());
  return text.empty() ? std::string(row.absent) : text;
}

}  // namespace rt::app
