#include "lane/shard.hpp"

#include "core/planted_bug.hpp"

namespace rt::lane {
inline namespace RT_LANE_VARIANT {

namespace {
constexpr std::size_t first_capacity = 256;
}  // namespace

shard::ring::ring(std::size_t capacity)
    : mask(capacity - 1), cells(new std::atomic<cell*>[capacity]) {}

shard::shard() {
  rings_.push_back(std::make_unique<ring>(first_capacity));
  ring_.store(rings_.back().get(), std::memory_order_relaxed);
}

shard::~shard() = default;

shard::ring* shard::grow(ring& full, std::int64_t top, std::int64_t bottom) {
  rings_.push_back(std::make_unique<ring>((full.mask + 1) * 2));
  ring* larger = rings_.back().get();
  for (std::int64_t i = top; i < bottom; ++i) {
    larger->at(i).store(full.at(i).load(std::memory_order_relaxed), std::memory_order_relaxed);
  }
  // Release: a thief that finds the new ring finds its cells.
  ring_.store(larger, std::memory_order_release);
  return larger;
}

void shard::push(cell& added) {
  // Relaxed: only the owner writes `bottom_`. Acquire: a slot of the ring is reused only after the
  // thief that emptied it has read it.
  const std::int64_t bottom = bottom_.load(std::memory_order_relaxed);
  const std::int64_t top = top_.load(std::memory_order_acquire);
  ring* cells = ring_.load(std::memory_order_relaxed);
  if (bottom - top > static_cast<std::int64_t>(cells->mask)) cells = grow(*cells, top, bottom);
  cells->at(bottom).store(&added, std::memory_order_relaxed);
  // Publishes the cell; and stands before the look at who sleeps (`sleepers`), as the sleeper's
  // announcement stands before its last look here: one of the two sees the other.
  bottom_.store(bottom + 1, std::memory_order_seq_cst);
}

cell* shard::take() noexcept {
  const std::int64_t bottom = bottom_.load(std::memory_order_relaxed) - 1;
  ring* cells = ring_.load(std::memory_order_relaxed);
  // Sequentially consistent, both: either the thief sees the smaller bottom or we see its top.
  bottom_.store(bottom, std::memory_order_seq_cst);
  std::int64_t top = top_.load(std::memory_order_seq_cst);
  if (top > bottom) {
    bottom_.store(bottom + 1, std::memory_order_relaxed);
    return nullptr;
  }
  cell* taken = cells->at(bottom).load(std::memory_order_relaxed);
  if (top == bottom && !RT_SIMBUG("shard.take_last_unguarded")) {
    // The last one: a thief may want it too.
    if (!top_.compare_exchange(top, top + 1, std::memory_order_seq_cst,
                               std::memory_order_relaxed)) {
      taken = nullptr;
    }
    bottom_.store(bottom + 1, std::memory_order_relaxed);
  }
  return taken;
}

bool shard::take_newest(const cell& wanted) noexcept {
  const std::int64_t bottom = bottom_.load(std::memory_order_relaxed);
  if (bottom <= top_.load(std::memory_order_relaxed)) return false;
  ring* cells = ring_.load(std::memory_order_relaxed);
  if (cells->at(bottom - 1).load(std::memory_order_relaxed) != &wanted) return false;
  return take() != nullptr;
}

cell* shard::steal() noexcept {
  std::int64_t top = top_.load(std::memory_order_seq_cst);
  const std::int64_t bottom = bottom_.load(std::memory_order_seq_cst);
  if (top >= bottom) return nullptr;
  ring* cells = ring_.load(std::memory_order_acquire);
  // May be another's by now; then the exchange fails and the value is not used.
  cell* taken = cells->at(top).load(std::memory_order_relaxed);
  return top_.compare_exchange(top, top + 1, std::memory_order_seq_cst, std::memory_order_relaxed)
             ? taken
             : nullptr;
}

bool shard::take_oldest(const cell& wanted) noexcept {
  std::int64_t top = top_.load(std::memory_order_seq_cst);
  const std::int64_t bottom = bottom_.load(std::memory_order_seq_cst);
  if (top >= bottom) return false;
  ring* cells = ring_.load(std::memory_order_acquire);
  if (cells->at(top).load(std::memory_order_relaxed) != &wanted) return false;
  return top_.compare_exchange(top, top + 1, std::memory_order_seq_cst, std::memory_order_relaxed);
}

std::size_t shard::size() const noexcept {
  const std::int64_t top = top_.load(std::memory_order_seq_cst);
  const std::int64_t bottom = bottom_.load(std::memory_order_seq_cst);
  return bottom > top ? static_cast<std::size_t>(bottom - top) : 0;
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::lane
