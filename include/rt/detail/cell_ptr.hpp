#pragma once

#include <rt/detail/cell.hpp>

#include <cstddef>
#include <utility>

namespace rt::detail {

/// A counted pointer to a cell; empty by default and after a move.
/// Thread: as `std::shared_ptr`: distinct ones may be used at once, one and the same may not.
class cell_ptr {
 public:
  cell_ptr() noexcept = default;
  /// Takes over a reference that is already counted.
  static cell_ptr adopt(cell* counted) noexcept {
    cell_ptr pointer;
    pointer.cell_ = counted;
    return pointer;
  }
  /// Counts one more reference.
  static cell_ptr share(cell* held) noexcept {
    if (held != nullptr) retain(*held);
    return adopt(held);
  }

  cell_ptr(const cell_ptr& other) noexcept : cell_(other.cell_) {
    if (cell_ != nullptr) retain(*cell_);
  }
  cell_ptr(cell_ptr&& other) noexcept : cell_(std::exchange(other.cell_, nullptr)) {}
  cell_ptr& operator=(const cell_ptr& other) noexcept {
    cell_ptr(other).swap(*this);
    return *this;
  }
  cell_ptr& operator=(cell_ptr&& other) noexcept {
    cell_ptr(std::move(other)).swap(*this);
    return *this;
  }
  ~cell_ptr() {
    if (cell_ != nullptr) release(*cell_);
  }

  void swap(cell_ptr& other) noexcept { std::swap(cell_, other.cell_); }
  cell* get() const noexcept { return cell_; }
  cell* operator->() const noexcept { return cell_; }
  cell& operator*() const noexcept { return *cell_; }
  explicit operator bool() const noexcept { return cell_ != nullptr; }
  /// Gives the counted reference away.
  cell* detach() noexcept { return std::exchange(cell_, nullptr); }

  friend bool operator==(const cell_ptr&, const cell_ptr&) noexcept = default;

 private:
  cell* cell_ = nullptr;
};

}  // namespace rt::detail
