#pragma once

#include <rt/get.hpp>
#include <rt/object_ref.hpp>

#include <memory>
#include <type_traits>
#include <utility>

namespace rt {

/// Keeps an object alive and shows it where it lies.
/// A regular handle: empty by default and after a move, equal when it shows the same object.
/// Thread: as `std::shared_ptr<const T>`; many may read at once.
template <class T>
class pinned {
 public:
  using element_type = const T;

  pinned() noexcept = default;

  std::add_lvalue_reference_t<const T> operator*() const noexcept {
    return detail::value_of<T>(*cell_);
  }
  const T* operator->() const noexcept { return std::addressof(**this); }
  const T* get() const noexcept { return cell_ ? std::addressof(**this) : nullptr; }
  explicit operator bool() const noexcept { return static_cast<bool>(cell_); }

  friend bool operator==(const pinned&, const pinned&) noexcept = default;

 private:
  explicit pinned(detail::cell_ptr cell) noexcept : cell_(std::move(cell)) {}
  template <class U>
  friend pinned<U> pin(object_ref<U> ref);

  detail::cell_ptr cell_;
};

/// Waits for the object and returns a handle through which it is read where it lies, without a copy.
/// Errors: what the task threw.
template <class T>
pinned<T> pin(object_ref<T> ref) {
  static_assert(!std::is_void_v<T>, "rt::pin: there is nothing to read behind an object_ref<void>");
  detail::await_value(*detail::checked_cell(ref));
  return pinned<T>(std::move(detail::access::cell_of(ref)));
}

}  // namespace rt

/// Hashes by the object shown.
template <class T>
struct std::hash<rt::pinned<T>> {
  std::size_t operator()(const rt::pinned<T>& handle) const noexcept {
    return std::hash<const void*>()(handle.get());
  }
};
