#pragma once

#include <rt/detail/cell.hpp>
#include <rt/detail/counted_ptr.hpp>
#include <rt/detail/handle_archive.hpp>

#include <cstddef>
#include <functional>
#include <type_traits>
#include <utility>

namespace rt {

template <class T>
class object_ref;

namespace detail {
template <class T, class Archive>
cell_ptr load_object(Archive& archive);
struct access;
class output_archive;
class input_archive;
}  // namespace detail

/// A reference to an immutable object in the distributed store, there already or yet to come.
///
/// A value: copied, moved, put into containers, passed to tasks and returned from them. The object is
/// gone when the last reference in the cluster is. Dropping it never cancels the task that makes the
/// object. Empty by default and after a move.
/// Shape: one pointer; `T` may be incomplete; `object_ref<void>` stands for completion alone.
/// Thread: as `std::shared_ptr`. May outlive the runtime; then it can only be copied and destroyed.
template <class T>
class object_ref {
  static_assert(!std::is_reference_v<T> && !std::is_const_v<T> && !std::is_volatile_v<T>,
                "rt: object_ref<T> takes a T without reference, const and volatile");

 public:
  using value_type = T;

  object_ref() noexcept = default;

  /// Converts to the completion of any object, for lists of mixed types.
  template <class U>
  requires(std::is_void_v<T> && !std::is_void_v<U>) object_ref(const object_ref<U>& other)
  noexcept : cell_(other.cell_) {}
  template <class U>
  requires(std::is_void_v<T> && !std::is_void_v<U>) object_ref(object_ref<U>&& other)
  noexcept : cell_(std::move(other.cell_)) {}

  /// Tells whether it refers to an object at all; says nothing of whether that is there.
  explicit operator bool() const noexcept { return static_cast<bool>(cell_); }

  /// Equal are references to the same object.
  friend bool operator==(const object_ref&, const object_ref&) noexcept = default;

  void swap(object_ref& other) noexcept { cell_.swap(other.cell_); }
  friend void swap(object_ref& a, object_ref& b) noexcept { a.swap(b); }

  // For the archives.
  template <class Archive>
  void save(Archive& archive) const {
    detail::save_handle(archive, cell_);
  }
  template <class Archive>
  void load(Archive& archive) {
    cell_ = detail::load_object<T>(archive);
  }

 private:
  explicit object_ref(detail::cell_ptr cell) noexcept : cell_(std::move(cell)) {}

  template <class U>
  friend class object_ref;
  friend struct detail::access;

  detail::cell_ptr cell_;
};

namespace detail {

/// The library's way to the insides of its handles.
struct access {
  template <class T>
  static object_ref<T> make_ref(cell_ptr cell) noexcept {
    return object_ref<T>(std::move(cell));
  }
  template <class T>
  static const cell_ptr& cell_of(const object_ref<T>& ref) noexcept {
    return ref.cell_;
  }
  template <class T>
  static cell_ptr& cell_of(object_ref<T>& ref) noexcept {
    return ref.cell_;
  }
};

}  // namespace detail
}  // namespace rt

/// Hashes by the object referred to.
template <class T>
struct std::hash<rt::object_ref<T>> {
  std::size_t operator()(const rt::object_ref<T>& ref) const noexcept {
    return std::hash<const void*>()(rt::detail::access::cell_of(ref).get());
  }
};

// What reads references, after what it reads.
#include <rt/detail/proxy.hpp>  // NOLINT
