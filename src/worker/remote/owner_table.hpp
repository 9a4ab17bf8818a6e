#pragma once

#include "core/variant.hpp"
#include "wire/attempt_numbers.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

/// What this process has elsewhere, by the index that its answers echo: found without a search.
/// Shape: an index that is free is given again.   Thread: under the baton.
template <class Entry>
class owner_table {
 public:
  wire::owner_index add(std::unique_ptr<Entry> made) {
    if (unused_.empty()) {
      entries_.push_back(std::move(made));
      return static_cast<wire::owner_index>(entries_.size() - 1);
    }
    const std::uint32_t index = unused_.back();
    unused_.pop_back();
    entries_[index] = std::move(made);
    return static_cast<wire::owner_index>(index);
  }
  std::unique_ptr<Entry> take(wire::owner_index which) {
    unused_.push_back(static_cast<std::uint32_t>(which));
    return std::move(entries_[static_cast<std::size_t>(which)]);
  }

  Entry& at(wire::owner_index which) const { return *entries_[static_cast<std::size_t>(which)]; }
  bool empty() const noexcept { return entries_.size() == unused_.size(); }

  /// Calls for each in the order of their indices; it may take any out.
  template <class Visit>
  void for_each(const Visit& visit) const {
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      if (entries_[i] != nullptr) visit(static_cast<wire::owner_index>(i), *entries_[i]);
    }
  }

 private:
  std::vector<std::unique_ptr<Entry>> entries_;
  std::vector<std::uint32_t> unused_;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
