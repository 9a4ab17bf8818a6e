// block := length(4) byte{length}

#include "wire/bounded_writer.hpp"

#include <algorithm>
#include <cstring>

namespace rt::wire {

void bounded_writer::bytes(std::span<const std::byte> from) {
  if (from.empty()) return;  // memcpy takes no null
  std::memcpy(room(from.size()), from.data(), from.size());
}

std::size_t bounded_writer::open() {
  room(sizeof(std::uint32_t));
  return used_;
}

void bounded_writer::close(std::size_t opened, std::size_t bytes_max) noexcept {
  const std::size_t length = used_ - opened;
  if (length > bytes_max) fail("a block is longer than its limit");
  store_little_endian(out_.data() + opened - sizeof(std::uint32_t),
                      static_cast<std::uint32_t>(length));
}

bool bounded_writer::finish() {
  out_.resize(failed() ? begin_ : used_);
  return !failed();
}

void bounded_writer::grow(std::size_t count) {
  // Ahead of need, but by no more than was written already: what is added is filled with zeros first.
  out_.resize(used_ + std::max({count, written(), std::size_t{256}}));
}

}  // namespace rt::wire
