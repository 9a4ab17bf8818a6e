#pragma once

#include <utility>

namespace rt::detail {

/// A counted pointer to something that `retain` and `release` count; empty by default and after a move.
/// Thread: as `std::shared_ptr`: distinct ones may be used at once, one and the same may not.
template <class T>
class counted_ptr {
 public:
  counted_ptr() noexcept = default;
  /// Takes over a reference that is already counted.
  static counted_ptr adopt(T* counted) noexcept {
    counted_ptr pointer;
    pointer.held_ = counted;
    return pointer;
  }
  /// Counts one more reference.
  static counted_ptr share(T* held) noexcept {
    if (held != nullptr) retain(*held);
    return adopt(held);
  }

  counted_ptr(const counted_ptr& other) noexcept : held_(other.held_) {
    if (held_ != nullptr) retain(*held_);
  }
  counted_ptr(counted_ptr&& other) noexcept : held_(std::exchange(other.held_, nullptr)) {}
  counted_ptr& operator=(const counted_ptr& other) noexcept {
    counted_ptr(other).swap(*this);
    return *this;
  }
  counted_ptr& operator=(counted_ptr&& other) noexcept {
    counted_ptr(std::move(other)).swap(*this);
    return *this;
  }
  ~counted_ptr() {
    if (held_ != nullptr) release(*held_);
  }

  void swap(counted_ptr& other) noexcept { std::swap(held_, other.held_); }
  T* get() const noexcept { return held_; }
  T* operator->() const noexcept { return held_; }
  T& operator*() const noexcept { return *held_; }
  explicit operator bool() const noexcept { return held_ != nullptr; }
  /// Gives the counted reference away.
  T* detach() noexcept { return std::exchange(held_, nullptr); }

  friend bool operator==(const counted_ptr&, const counted_ptr&) noexcept = default;

 private:
  T* held_ = nullptr;
};

struct cell;
/// Counts as a handle of the program does.
using cell_ptr = counted_ptr<cell>;

struct actor_core;
/// Keeps an actor's memory, as calls do, not the actor.
using actor_ptr = counted_ptr<actor_core>;

}  // namespace rt::detail
