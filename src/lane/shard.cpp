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

bool shard::open() noexcept {
  const owners_turn::scope turn(turn_);
  const std::int64_t bottom = bottom_.load(std::memory_order_relaxed);
  if (open_.load(std::memory_order_relaxed) == bottom) return false;
  open_.store(bottom, std::memory_order_seq_cst);  // as in `push`
  return true;
}

void shard::open_for_owner(environment& world) noexcept {
  turn_.without_owner(world, [this] {
    open_.store(bottom_.load(std::memory_order_acquire), std::memory_order_seq_cst);
  });
}

cell* shard::take_open(std::int64_t newest) noexcept {
  // Sequentially consistent, both: either the thief sees that less is open or we see its top.
  open_.store(newest, std::memory_order_seq_cst);
  std::int64_t top = top_.load(std::memory_order_seq_cst);
  if (top > newest) {
    open_.store(newest + 1, std::memory_order_relaxed);
    return nullptr;
  }
  cell* taken = ring_.load(std::memory_order_relaxed)->at(newest).load(std::memory_order_relaxed);
  if (top == newest && !RT_SIMBUG("shard.take_last_unguarded")) {
    // The last one: a thief may want it too.
    if (!take_top(top)) taken = nullptr;
    open_.store(newest + 1, std::memory_order_relaxed);
  } else {
    bottom_.store(newest, std::memory_order_relaxed);
  }
  return taken;
}

bool shard::take_top(std::int64_t top) noexcept {
  return top_.compare_exchange(top, top + 1, std::memory_order_seq_cst, std::memory_order_relaxed);
}

cell* shard::steal() noexcept {
  const std::int64_t top = top_.load(std::memory_order_seq_cst);
  const std::int64_t open = open_.load(std::memory_order_seq_cst);
  if (top >= open) return nullptr;
  ring* cells = ring_.load(std::memory_order_acquire);
  // May be another's by now; then the exchange fails and the value is not used.
  cell* taken = cells->at(top).load(std::memory_order_relaxed);
  return take_top(top) ? taken : nullptr;
}

std::size_t shard::size() const noexcept {
  const std::int64_t top = top_.load(std::memory_order_seq_cst);
  const std::int64_t open = open_.load(std::memory_order_seq_cst);
  return open > top ? static_cast<std::size_t>(open - top) : 0;
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::lane
