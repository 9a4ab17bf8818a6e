// block := length(4) byte{length}

#include "wire/bounded_reader.hpp"

#include "wire/limits.hpp"

namespace rt::wire {

bounded_reader::bounded_reader(std::span<const std::byte> bytes) noexcept
    : at_(bytes.data()),
      end_(bytes.data() + bytes.size()),
      memory_left_(bytes.size() * limits::memory_per_byte_max + limits::memory_beside_max) {}

void bounded_reader::fail(const char* why) noexcept {
  if (failure_ == nullptr) failure_ = why;
  at_ = end_;
}

byte_view bounded_reader::bytes(std::size_t count) noexcept {
  if (left() < count) {
    fail(truncated);
    return {};
  }
  const std::byte* const from = at_;
  at_ += count;
  return std::span(from, count);
}

bool bounded_reader::take_memory(std::size_t bytes) noexcept {
  if (failed()) return false;
  if (bytes > memory_left_) {
    fail("it takes more memory than its bytes allow");
    return false;
  }
  memory_left_ -= bytes;
  return true;
}

const std::byte* bounded_reader::enter(std::size_t bytes_max) noexcept {
  const std::byte* const outer_end = end_;
  const auto length = number<std::uint32_t>();
  if (length > left()) {
    fail(truncated);
  } else if (length > bytes_max) {
    fail("a block is longer than its limit");
  } else {
    end_ = at_ + length;
  }
  return outer_end;
}

void bounded_reader::leave(const std::byte* outer_end) noexcept {
  at_ = failed() ? outer_end : end_;
  end_ = outer_end;
}

}  // namespace rt::wire
