#pragma once

#include <rt/detail/actor_core.hpp>
#include <rt/detail/cell.hpp>
#include <rt/detail/counted_ptr.hpp>

#include <utility>

namespace rt::detail {

/// A handle to an actor of whatever class: empty, one that keeps the actor alive, or its own one.
///
/// All handles that keep it alive count in `actor_core::handles` and together hold one reference to
/// its memory; an own one holds a reference and keeps nothing alive.
class actor_handle {
 public:
  actor_handle() noexcept = default;
  /// Takes over a handle that is already counted.
  static actor_handle adopt(actor_core* counted) noexcept { return {counted, true}; }
  /// Makes a handle that keeps nothing alive.
  static actor_handle own(actor_core& self) noexcept {
    retain(self);
    return {&self, false};
  }

  actor_handle(const actor_handle& other) noexcept : core_(other.core_), keeps_(other.keeps_) {
    if (core_ == nullptr) return;
    if (keeps_) {
      core_->handles.fetch_add(1, std::memory_order_relaxed);
    } else {
      retain(*core_);
    }
  }
  actor_handle(actor_handle&& other) noexcept
      : core_(std::exchange(other.core_, nullptr)), keeps_(other.keeps_) {}
  actor_handle& operator=(actor_handle other) noexcept {
    swap(other);
    return *this;
  }
  ~actor_handle() {
    if (core_ == nullptr) return;
    if (!keeps_) {
      release(*core_);
    } else if (core_->handles.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      last_handle_gone(*core_);
    }
  }

  void swap(actor_handle& other) noexcept {
    std::swap(core_, other.core_);
    std::swap(keeps_, other.keeps_);
  }
  actor_core* core() const noexcept { return core_; }
  bool keeps_alive() const noexcept { return keeps_; }

  friend bool operator==(const actor_handle& a, const actor_handle& b) noexcept {
    return same_actor(a.core_, b.core_);
  }

 private:
  actor_handle(actor_core* core, bool keeps) noexcept : core_(core), keeps_(keeps) {}

  actor_core* core_ = nullptr;
  bool keeps_ = false;
};

/// Puts a handle into a cell of its own, as archives carry it; none for an empty one.
cell_ptr wrap_handle(const actor_handle& handle);
/// The handle inside such a cell; null for any other.
const actor_handle* wrapped_handle(cell& any) noexcept;
/// Takes it out again. Errors: `serialization_error` if it is none, or not of a `wanted` actor.
actor_handle unwrap_handle(const cell_ptr& wrapped, const std::type_info& wanted);

}  // namespace rt::detail
