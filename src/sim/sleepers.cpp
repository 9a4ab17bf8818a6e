#include "sim/sleepers.hpp"

#include <bit>
#include <cstdint>
#include <utility>

#include "sim/random_stream.hpp"

namespace rt::sim {

void sleepers::reserve(std::size_t count) {
  if (count <= buckets_.size()) return;
  std::vector<bucket> old(std::bit_ceil(2 * count));
  buckets_.swap(old);
  // Of two on one key the order stays: they lay in one bucket, and are taken out in its order.
  for (const bucket& each : old) {
    for (fiber* at = each.first; at != nullptr;) {
      fiber& moved = *std::exchange(at, at->next_asleep_);
      --count_;
      add(moved);
    }
  }
}

void sleepers::add(fiber& sleeper) noexcept {
  bucket& to = buckets_[place_of(sleeper.sleeps_on_)];
  sleeper.previous_asleep_ = to.last;
  sleeper.next_asleep_ = nullptr;
  (to.last != nullptr ? to.last->next_asleep_ : to.first) = &sleeper;
  to.last = &sleeper;
  ++count_;
}

void sleepers::remove(fiber& sleeper) noexcept {
  bucket& from = buckets_[place_of(sleeper.sleeps_on_)];
  fiber* const before = sleeper.previous_asleep_;
  fiber* const after = sleeper.next_asleep_;
  (before != nullptr ? before->next_asleep_ : from.first) = after;
  (after != nullptr ? after->previous_asleep_ : from.last) = before;
  --count_;
}

fiber* sleepers::first_on(const sleep_key& key) const noexcept {
  return first_from(buckets_[place_of(key)].first, key);
}

fiber* sleepers::next_on_same(const fiber& sleeper) noexcept {
  return first_from(sleeper.next_asleep_, sleeper.sleeps_on_);
}

fiber* sleepers::first_from(fiber* at, const sleep_key& key) noexcept {
  while (at != nullptr && at->sleeps_on_ != key) at = at->next_asleep_;
  return at;
}

std::size_t sleepers::place_of(const sleep_key& key) const noexcept {
  const auto address = reinterpret_cast<std::uintptr_t>(key.subject);
  const std::uint64_t mixed = random_stream::mixed(address + static_cast<std::uint64_t>(key.kind));
  return static_cast<std::size_t>(mixed) & (buckets_.size() - 1);
}

}  // namespace rt::sim
