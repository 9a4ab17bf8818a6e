#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "rt/core/amount.hpp"

namespace rt {

/// Names an amount of a resource that the program invented, such as `{"fpga", 1}`.
struct resource {
  std::string name;
  rt::amount amount;

  friend bool operator==(const resource&, const resource&) = default;
};

/// Holds amounts of resources by name: what a node has, or what a task asks.
/// Shape: sorted by name, so that equal sets compare equal however they were written; a name given
/// twice is kept twice, and reported by the option's check.
/// Thread: a value.
class resource_set {
 public:
  using value_type = resource;
  using const_iterator = std::vector<resource>::const_iterator;

  resource_set() noexcept = default;
  resource_set(std::initializer_list<resource> resources);

  /// Adds one more, in its place by name.
  void insert(resource added);

  /// Returns the amount under that name; 0 where there is none.
  amount operator[](std::string_view name) const noexcept;
  bool contains(std::string_view name) const noexcept;

  bool empty() const noexcept { return resources_.empty(); }
  std::size_t size() const noexcept { return resources_.size(); }
  const_iterator begin() const noexcept { return resources_.begin(); }
  const_iterator end() const noexcept { return resources_.end(); }

  friend bool operator==(const resource_set&, const resource_set&) = default;

 private:
  const_iterator find(std::string_view name) const noexcept;

  std::vector<resource> resources_;
};

/// Returns it as a flag takes it, such as "fpga=1,ssd=2".
std::string to_string(const resource_set& resources);

}  // namespace rt
