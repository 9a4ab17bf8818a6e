#pragma once

#include <compare>
#include <cstddef>
#include <cstring>
#include <iterator>

namespace rt::detail {

/// Iterates over values that lie in bytes without regard to their alignment, so that a container is
/// filled from them in one pass, without zeroes first.
/// Owner: the bytes.
template <class T>
class unaligned_iterator {
 public:
  using iterator_category = std::random_access_iterator_tag;
  using value_type = T;
  using difference_type = std::ptrdiff_t;
  using pointer = const T*;
  using reference = T;

  unaligned_iterator() = default;
  explicit unaligned_iterator(const std::byte* at) noexcept : at_(at) {}

  T operator*() const noexcept {
    T value;
    std::memcpy(static_cast<void*>(&value), at_, sizeof(T));
    return value;
  }
  T operator[](difference_type index) const noexcept { return *(*this + index); }

  unaligned_iterator& operator+=(difference_type count) noexcept {
    at_ += count * static_cast<difference_type>(sizeof(T));
    return *this;
  }
  unaligned_iterator& operator-=(difference_type count) noexcept { return *this += -count; }
  unaligned_iterator& operator++() noexcept { return *this += 1; }
  unaligned_iterator& operator--() noexcept { return *this -= 1; }
  unaligned_iterator operator++(int) noexcept {
    const unaligned_iterator before = *this;
    ++*this;
    return before;
  }
  unaligned_iterator operator--(int) noexcept {
    const unaligned_iterator before = *this;
    --*this;
    return before;
  }
  friend unaligned_iterator operator+(unaligned_iterator at, difference_type count) noexcept {
    return at += count;
  }
  friend unaligned_iterator operator+(difference_type count, unaligned_iterator at) noexcept {
    return at += count;
  }
  friend unaligned_iterator operator-(unaligned_iterator at, difference_type count) noexcept {
    return at -= count;
  }
  friend difference_type operator-(unaligned_iterator a, unaligned_iterator b) noexcept {
    return (a.at_ - b.at_) / static_cast<difference_type>(sizeof(T));
  }
  friend auto operator<=>(unaligned_iterator, unaligned_iterator) noexcept = default;

 private:
  const std::byte* at_ = nullptr;
};

}  // namespace rt::detail
