#pragma once

#include "lane/atomic.hpp"

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

/// One thread's part of the class queue: its owner works at the new end, anyone at the old one.
///
/// The deque of Chase and Lev (SPAA 2005), with the orders of Lê, Pop, Cohen and Zappa Nardelli
/// (PPoPP 2013), except that sequentially consistent operations stand where they use fences: the
/// thread sanitizer knows no fences, and on x86 they cost the same.
/// A cell in it carries one reference. Whoever waits may run a cell that is still in here; who
/// draws it then finds it claimed and lets it go.
/// Thread: `push`, `take`, `take_newest` by the owner; the rest by any.
class shard {
 public:
  shard();
  shard(const shard&) = delete;
  shard& operator=(const shard&) = delete;
  ~shard();

  void push(cell& added);
  /// Returns the newest cell, null if there is none.
  cell* take() noexcept;
  /// Takes `wanted` if it is the newest.
  bool take_newest(const cell& wanted) noexcept;
  /// Returns the oldest cell, null if there is none or another thread was faster.
  cell* steal() noexcept;
  /// Takes `wanted` if it is the oldest.
  bool take_oldest(const cell& wanted) noexcept;
  /// How many there are; a guess while others work on it.
  std::size_t size() const noexcept;

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

  ring* grow(ring& full, std::int64_t top, std::int64_t bottom);

  alignas(64) atomic<std::int64_t> top_{0};
  alignas(64) atomic<std::int64_t> bottom_{0};
  atomic<ring*> ring_;
  // Thieves may still read an outgrown ring; all of them together are smaller than the current one.
  std::vector<std::unique_ptr<ring>> rings_;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::lane
