#include "tcp/outbox.hpp"

#include <algorithm>
#include <utility>

#include "rt/transport/frame_splitter.hpp"

namespace rt::tcp {
namespace {

// A system call takes no more at once, and small elements cost 300 ns each (measured).
constexpr std::size_t copy_bytes_max = 16 << 10;
constexpr std::size_t piece_bytes = 64 << 10;

}  // namespace

void outbox::copy(const std::byte* data, std::size_t size) {
  if (size == 0) return;
  const bool room = !pieces_.empty() && pieces_.back().elsewhere == nullptr &&
                    pieces_.back().copied.size() + size <= pieces_.back().copied.capacity();
  if (!room) {
    piece fresh;
    fresh.copied = std::exchange(spare_, {});
    fresh.copied.clear();
    fresh.copied.reserve(std::max(size, pieces_.empty() ? std::size_t{4096} : piece_bytes));
    pieces_.push_back(std::move(fresh));
  }
  piece& last = pieces_.back();
  last.copied.insert(last.copied.end(), data, data + size);
  last.size = last.copied.size();
  size_ += size;
}

void outbox::add_word(std::uint32_t word) {
  std::byte bytes[frame_splitter::length_bytes];
  for (std::size_t i = 0; i < sizeof bytes; ++i) bytes[i] = static_cast<std::byte>(word >> (8 * i));
  copy(bytes, sizeof bytes);
}

void outbox::add(const outgoing_frame& frame) {
  add_word(static_cast<std::uint32_t>(frame.size()));
  copy(frame.header.data(), frame.header.size());
  for (const gather_element& each : frame.payload) {
    if (each.size <= copy_bytes_max) {
      copy(each.data, each.size);
      continue;
    }
    piece elsewhere;
    elsewhere.elsewhere = each.data;
    elsewhere.size = each.size;
    elsewhere.keeper = frame.keeper;
    pieces_.push_back(std::move(elsewhere));
    size_ += each.size;
  }
}

std::size_t outbox::next(std::span<outgoing_bytes> out) const noexcept {
  std::size_t count = 0;
  std::size_t skipped = front_left_;
  for (const piece& each : pieces_) {
    if (count == out.size()) break;
    out[count++] = {each.data() + skipped, each.size - skipped};
    skipped = 0;
  }
  return count;
}

void outbox::left(std::size_t bytes) noexcept {
  size_ -= bytes;
  front_left_ += bytes;
  while (!pieces_.empty() && front_left_ >= pieces_.front().size) {
    front_left_ -= pieces_.front().size;
    if (spare_.capacity() < pieces_.front().copied.capacity()) {
      spare_ = std::move(pieces_.front().copied);
    }
    pieces_.pop_front();
  }
}

void outbox::clear() noexcept {
  pieces_.clear();
  front_left_ = 0;
  size_ = 0;
}

}  // namespace rt::tcp
