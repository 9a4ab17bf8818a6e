#pragma once

#include <rt/detail/cell.hpp>

#include <cstdint>
#include <utility>

namespace rt::worker {

/// Keeps a cell's memory while a thread looks at it, without counting as a handle: a value that is
/// only looked past may still be moved out by its last handle.
class looked_at {
 public:
  looked_at() noexcept = default;
  explicit looked_at(detail::cell* cell) noexcept : cell_(cell) {
    if (cell_ != nullptr) detail::retain(*cell_, detail::engine_reference);
  }
  looked_at(looked_at&& other) noexcept : cell_(std::exchange(other.cell_, nullptr)) {}
  looked_at& operator=(looked_at&& other) noexcept {
    std::swap(cell_, other.cell_);
    return *this;
  }
  ~looked_at() {
    if (cell_ != nullptr) detail::release(*cell_, detail::engine_reference);
  }

  /// Few threads may look at one cell at once: the engine's references have little room.
  static bool has_room(const detail::cell& cell) noexcept {
    return cell.references.load(std::memory_order_relaxed) % detail::handle_reference <
           detail::handle_reference / 2;
  }

  detail::cell* get() const noexcept { return cell_; }
  detail::cell* operator->() const noexcept { return cell_; }
  detail::cell& operator*() const noexcept { return *cell_; }

 private:
  detail::cell* cell_ = nullptr;
};

}  // namespace rt::worker
