#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "rt/transport/transport.hpp"

namespace rt::net {

/// A transport's connections by their numbers. A place is given again, a number never.
/// Shape: `Connection` has `id()` and `accepted()`.
template <class Connection>
class connection_table {
 public:
  /// No connection has a number below it: a poller's other keys are there.
  static constexpr std::uint64_t first_number = std::uint64_t{1} << 20;

  Connection* find(connection_id of) noexcept {
    const std::size_t slot = slot_of(of);
    if (slot >= slots_.size() || !slots_[slot] || slots_[slot]->id() != of) return nullptr;
    return slots_[slot].get();
  }

  /// The number of the next that is kept.
  connection_id next_number() {
    if (free_.empty()) {
      free_.push_back(static_cast<std::uint32_t>(slots_.size()));
      slots_.emplace_back();
    }
    return {++serial_ * first_number | free_.back()};
  }

  void keep(std::unique_ptr<Connection> fresh) {
    const std::size_t slot = slot_of(fresh->id());
    accepted_ += fresh->accepted() ? 1 : 0;
    slots_[slot] = std::move(fresh);
    free_.pop_back();
  }

  void forget(connection_id gone) {
    const std::size_t slot = slot_of(gone);
    accepted_ -= slots_[slot]->accepted() ? 1 : 0;
    slots_[slot].reset();
    free_.push_back(static_cast<std::uint32_t>(slot));
  }

  void clear() {
    slots_.clear();
    free_.clear();
  }

  bool empty() const noexcept { return free_.size() == slots_.size(); }
  /// How many of them others have made.
  std::size_t accepted() const noexcept { return accepted_; }
  /// All places; null where there is none.
  const std::vector<std::unique_ptr<Connection>>& slots() const noexcept { return slots_; }

 private:
  static std::size_t slot_of(connection_id of) noexcept { return of.number & (first_number - 1); }

  std::vector<std::unique_ptr<Connection>> slots_;
  std::vector<std::uint32_t> free_;
  std::uint64_t serial_ = 0;
  std::size_t accepted_ = 0;
};

}  // namespace rt::net
