#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

namespace rt::detail {

/// Holds bytes that grow at the end, without filling what is about to be written.
/// `clear` keeps the memory: one buffer that is used again costs no allocation.
/// Owner: itself, from `malloc`, since growing a large block then moves pages instead of bytes.
class byte_buffer {
 public:
  byte_buffer() = default;
  byte_buffer(byte_buffer&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  byte_buffer& operator=(byte_buffer&& other) noexcept {
    byte_buffer taken(std::move(other));
    swap(taken);
    return *this;
  }
  ~byte_buffer() { std::free(data_); }

  std::byte* data() noexcept { return data_; }
  const std::byte* data() const noexcept { return data_; }
  std::size_t size() const noexcept { return size_; }
  std::size_t capacity() const noexcept { return capacity_; }
  bool empty() const noexcept { return size_ == 0; }

  /// Forgets the bytes and keeps the memory.
  void clear() noexcept { size_ = 0; }

  /// Adds `count` bytes that have no value yet and returns where they begin.
  /// Owner: the address is valid until the next growth.   Errors: bad_alloc.
  std::byte* extend(std::size_t count) {
    if (count > capacity_ - size_) grow(count);
    std::byte* const at = data_ + size_;
    size_ += count;
    return at;
  }

  void append(const void* from, std::size_t count) {
    if (count != 0) std::memcpy(extend(count), from, count);
  }

  /// Makes room for `count` bytes in all, so that growing up to there neither moves nor throws.
  void reserve(std::size_t count) {
    if (count > capacity_) grow(count - size_);
  }

  void swap(byte_buffer& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }

 private:
  static constexpr std::size_t first_capacity_bytes = 256;

  [[gnu::noinline]] void grow(std::size_t count) {
    const std::size_t limit = static_cast<std::size_t>(-1) / 2;
    if (count > limit - size_) throw std::bad_alloc();
    std::size_t wanted =
        capacity_ < first_capacity_bytes / 2 ? first_capacity_bytes : capacity_ * 2;
    if (wanted < size_ + count) wanted = size_ + count;
    void* const grown = std::realloc(data_, wanted);
    if (grown == nullptr) throw std::bad_alloc();
    data_ = static_cast<std::byte*>(grown);
    capacity_ = wanted;
  }

  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace rt::detail
