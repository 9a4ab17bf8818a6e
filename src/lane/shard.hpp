#pragma once

#include "lane/atomic.hpp"
#include "lane/owners_turn.hpp"

#include <rt/core/environment.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace rt::detail {
struct cell;
}  // namespace rt::detail

namespace rt::lane {
inline namespace RT_LANE_VARIANT {

using detail::cell;

/// One thread's part of the class queue: its owner works at both ends, others at the old one.
///
/// The cells between the old end and `open_` are open to anyone: there it is the deque of Chase and
/// Lev (SPAA 2005), with the orders of Lê, Pop, Cohen and Zappa Nardelli (PPoPP 2013), except that
/// sequentially consistent operations stand where they use fences: the thread sanitizer knows no
/// fences, and on x86 they cost the same. What lies beyond `open_` is the owner's alone, which puts
/// it in and takes it out by plain stores, until it opens it. An owner that does not come back to do
/// so has it done for it (`open_for_owner`).
/// A cell in it carries one reference. Whoever waits may run a cell that is still in here; who
/// draws it then finds it claimed and lets it go.
/// Invariant: old end <= `open_` <= new end, but for what an operation is about to put right.
/// Thread: `keep`, `push`, `open`, `take`, `take_newest`, `take_oldest` by the owner; the rest by any.
class shard {
 public:
  shard();
  shard(const shard&) = delete;
  shard& operator=(const shard&) = delete;
  ~shard();

  /// Adds a cell that others do not find before it is opened.
  void keep(cell& added) {
    const owners_turn::scope turn(turn_);
    const std::int64_t bottom = bottom_.load(std::memory_order_relaxed);
    put(added, bottom);
    // Release: whoever opens it for the owner passes on what is in the cell.
    bottom_.store(bottom + 1, std::memory_order_release);
  }
  /// Adds a cell and opens all there are.
  void push(cell& added) {
    const owners_turn::scope turn(turn_);
    const std::int64_t bottom = bottom_.load(std::memory_order_relaxed);
    put(added, bottom);
    bottom_.store(bottom + 1, std::memory_order_release);
    // Publishes the cell; and stands before the look at who sleeps (`sleepers`), as the sleeper's
    // announcement stands before its last look here: one of the two sees the other.
    open_.store(bottom + 1, std::memory_order_seq_cst);
  }
  /// Opens what was kept. Shape: whether there was anything.
  bool open() noexcept;
  /// Opens what the owner keeps, unless it is at work here just now.
  void open_for_owner(environment& world) noexcept;

  /// Returns the newest cell, null if there is none.
  cell* take() noexcept {
    const owners_turn::scope turn(turn_);
    const std::int64_t newest = bottom_.load(std::memory_order_relaxed) - 1;
    if (newest < open_.load(std::memory_order_relaxed)) return take_open(newest);
    bottom_.store(newest, std::memory_order_relaxed);
    return ring_.load(std::memory_order_relaxed)->at(newest).load(std::memory_order_relaxed);
  }
  /// Takes `wanted` if it is the newest.
  bool take_newest(const cell& wanted) noexcept {
    const std::int64_t newest = bottom_.load(std::memory_order_relaxed) - 1;
    if (newest < top_.load(std::memory_order_relaxed)) return false;
    ring* cells = ring_.load(std::memory_order_relaxed);
    return cells->at(newest).load(std::memory_order_relaxed) == &wanted && take() != nullptr;
  }
  /// Takes `wanted` if it is the oldest.
  bool take_oldest(const cell& wanted) noexcept {
    const owners_turn::scope turn(turn_);
    const std::int64_t top = top_.load(std::memory_order_relaxed);
    if (top >= bottom_.load(std::memory_order_relaxed)) return false;
    ring* cells = ring_.load(std::memory_order_relaxed);
    if (cells->at(top).load(std::memory_order_relaxed) != &wanted) return false;
    if (top < open_.load(std::memory_order_relaxed)) return take_top(top);
    // None is open, so no thief can have seen one here. In this order: a thief that sees the new
    // `open_` sees the new `top_` too, and does not take what lies between for open.
    top_.store(top + 1, std::memory_order_release);
    open_.store(top + 1, std::memory_order_release);
    return true;
  }
  /// Returns the oldest open cell, null if there is none or another thread was faster.
  cell* steal() noexcept;
  /// How many are open; a guess while others work on it.
  std::size_t size() const noexcept;
  /// Are there cells that only the owner sees?
  bool keeps_any() const noexcept {
    const std::int64_t open = open_.load(std::memory_order_acquire);
    return bottom_.load(std::memory_order_acquire) > open;
  }

  /// How long the owner's tasks take, as far as known; 0 for unknown. Units: nanoseconds.
  atomic<std::uint32_t> task_ns{0};
  /// Does a thread that waits run these cells itself just now?
  atomic<bool> helped{false};

  // Kept by the class queue.
  shard* next = nullptr;
  atomic<bool> taken{false};

 private:
  struct ring {
    explicit ring(std::size_t capacity);
    std::atomic<cell*>& at(std::int64_t index) noexcept {
      return cells[static_cast<std::size_t>(index) & mask];
    }
    std::size_t mask;
    std::unique_ptr<std::atomic<cell*>[]> cells;
  };

  void put(cell& added, std::int64_t bottom) {
    // Acquire: a place in the ring is used again only after the thief that emptied it has read it.
    const std::int64_t top = top_.load(std::memory_order_acquire);
    ring* cells = ring_.load(std::memory_order_relaxed);
    if (bottom - top > static_cast<std::int64_t>(cells->mask)) cells = grow(*cells, top, bottom);
    cells->at(bottom).store(&added, std::memory_order_relaxed);
  }
  ring* grow(ring& full, std::int64_t top, std::int64_t bottom);
  cell* take_open(std::int64_t newest) noexcept;
  bool take_top(std::int64_t top) noexcept;

  alignas(64) atomic<std::int64_t> top_{0};
  alignas(64) atomic<std::int64_t> open_{0};
  alignas(64) atomic<std::int64_t> bottom_{0};
  owners_turn turn_;
  atomic<ring*> ring_;
  // Thieves may still read an outgrown ring; all of them together are smaller than the current one.
  std::vector<std::unique_ptr<ring>> rings_;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::lane
