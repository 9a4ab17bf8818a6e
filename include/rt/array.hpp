#pragma once

#include <rt/detail/array_block.hpp>
#include <rt/detail/cell.hpp>
#include <rt/detail/counted_ptr.hpp>
#include <rt/detail/handle_archive.hpp>
#include <rt/detail/object_type.hpp>
#include <rt/detail/travels.hpp>
#include <rt/put.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>

namespace rt {

/// An immutable, shared, contiguous array: on one machine it is never copied, wherever it travels.
///
/// Usable as a member of a serializable struct. A regular handle: empty by default and after a move.
/// It keeps its memory beyond the end of the runtime.
/// Shape: aligned to 64 bytes. Thread: as `std::shared_ptr<const T[]>`.
template <class T>
class array {
  static_assert(detail::array_element<T>,
                "rt::array<T>: T must be trivially copyable and no pointer");
  static_assert(!detail::counts_inside(detail::travel_problem_of<T>),
                "rt::array<T>: a pointer or a view inside T means nothing elsewhere");

 public:
  using value_type = T;
  using size_type = std::size_t;
  using const_iterator = const T*;
  using iterator = const T*;

  array() noexcept = default;
  array(const array&) noexcept = default;
  array(array&& other) noexcept
      : block_(std::move(other.block_)), size_(std::exchange(other.size_, 0)) {}
  array& operator=(const array&) noexcept = default;
  array& operator=(array&& other) noexcept {
    block_ = std::move(other.block_);
    size_ = std::exchange(other.size_, 0);
    return *this;
  }
  ~array() = default;

  const T* data() const noexcept {
    return block_ ? reinterpret_cast<const T*>(detail::array_data(*block_)) : nullptr;
  }
  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  const T* begin() const noexcept { return data(); }
  const T* end() const noexcept { return data() + size_; }
  const T& operator[](std::size_t index) const noexcept { return data()[index]; }
  const T& front() const noexcept { return data()[0]; }
  const T& back() const noexcept { return data()[size_ - 1]; }

  /// Tells whether it holds memory at all.
  explicit operator bool() const noexcept { return static_cast<bool>(block_); }

  /// Equal are handles to the same memory; elements are not compared.
  friend bool operator==(const array&, const array&) noexcept = default;

  // For the archives: the memory's handle, then the size.
  template <class Archive>
  void save(Archive& archive) const {
    detail::save_handle(archive, block_);
    archive(static_cast<std::uint64_t>(size_));
  }
  template <class Archive>
  void load(Archive& archive) {
    block_ = detail::load_handle(archive);
    std::uint64_t size = 0;
    archive(size);
    if (block_ ? size > SIZE_MAX / sizeof(T) || !detail::is_array_block(*block_, size * sizeof(T))
               : size != 0) {
      detail::throw_bad_array();
    }
    size_ = static_cast<std::size_t>(size);
  }

 private:
  template <class U>
  friend class mutable_array;
  friend struct detail::array_access;
  array(detail::cell_ptr block, std::size_t size) noexcept
      : block_(std::move(block)), size_(size) {}

  detail::cell_ptr block_;
  std::size_t size_ = 0;
};

/// An array that is still written, in the memory where it will be read.
/// Move-only. Shape: zeroed, aligned to 64 bytes. Thread: one at a time.
template <class T>
class mutable_array {
  static_assert(detail::array_element<T>,
                "rt::mutable_array<T>: T must be trivially copyable and no pointer");
  static_assert(!detail::counts_inside(detail::travel_problem_of<T>),
                "rt::mutable_array<T>: a pointer or a view inside T means nothing elsewhere");

 public:
  using value_type = T;
  using size_type = std::size_t;
  using iterator = T*;
  using const_iterator = const T*;

  mutable_array() noexcept = default;
  /// Errors: `std::bad_alloc`.
  explicit mutable_array(std::size_t size)
      : block_(detail::make_array_block(size, sizeof(T))), size_(size) {}
  mutable_array(mutable_array&& other) noexcept
      : block_(std::move(other.block_)), size_(std::exchange(other.size_, 0)) {}
  mutable_array& operator=(mutable_array&& other) noexcept {
    block_ = std::move(other.block_);
    size_ = std::exchange(other.size_, 0);
    return *this;
  }
  ~mutable_array() = default;

  T* data() noexcept {
    return block_ ? reinterpret_cast<T*>(detail::array_data(*block_)) : nullptr;
  }
  const T* data() const noexcept {
    return block_ ? reinterpret_cast<const T*>(detail::array_data(*block_)) : nullptr;
  }
  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  T* begin() noexcept { return data(); }
  T* end() noexcept { return data() + size_; }
  const T* begin() const noexcept { return data(); }
  const T* end() const noexcept { return data() + size_; }
  T& operator[](std::size_t index) noexcept { return data()[index]; }
  const T& operator[](std::size_t index) const noexcept { return data()[index]; }
  explicit operator bool() const noexcept { return static_cast<bool>(block_); }

  /// Ends the writing: the same memory as an immutable array.
  array<T> freeze() && noexcept { return array<T>(std::move(block_), std::exchange(size_, 0)); }

 private:
  detail::cell_ptr block_;
  std::size_t size_ = 0;
};

/// Stores the array without a copy.
template <detail::unnamed = detail::unnamed::all, class T>
requires(detail::array_element<T>) object_ref<array<T>> put(mutable_array<T>&& written) {
  return put(std::move(written).freeze());
}

}  // namespace rt

/// Hashes by the memory referred to.
template <class T>
struct std::hash<rt::array<T>> {
  std::size_t operator()(const rt::array<T>& handle) const noexcept {
    return std::hash<const void*>()(handle.data());
  }
};
