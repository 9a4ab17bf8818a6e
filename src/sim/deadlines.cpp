#include "sim/deadlines.hpp"

namespace rt::sim {

void deadlines::reserve(std::size_t count) {
  if (heap_.capacity() < count) heap_.reserve(2 * count);
}

void deadlines::set(fiber& sleeper, instant deadline) noexcept {
  if (deadline == sleeper.deadline_) return;
  const bool was_in = sleeper.deadline_ != never;
  sleeper.deadline_ = deadline;
  if (deadline == never) {
    const std::size_t hole = sleeper.deadline_place_;
    fiber& last = *heap_.back();
    heap_.pop_back();
    if (&last == &sleeper) return;
    put(hole, last);
    rise(hole);
    return sink(last.deadline_place_);
  }
  if (!was_in) {
    heap_.push_back(nullptr);
    put(heap_.size() - 1, sleeper);
  }
  rise(sleeper.deadline_place_);
  sink(sleeper.deadline_place_);
}

bool deadlines::earlier(const fiber& a, const fiber& b) noexcept {
  return a.deadline_ != b.deadline_ ? a.deadline_ < b.deadline_ : a.number() < b.number();
}

void deadlines::put(std::size_t place, fiber& one) noexcept {
  heap_[place] = &one;
  one.deadline_place_ = place;
}

void deadlines::rise(std::size_t place) noexcept {
  fiber& moved = *heap_[place];
  while (place != 0) {
    const std::size_t above = (place - 1) / 2;
    if (!earlier(moved, *heap_[above])) break;
    put(place, *heap_[above]);
    place = above;
  }
  put(place, moved);
}

void deadlines::sink(std::size_t place) noexcept {
  fiber& moved = *heap_[place];
  for (;;) {
    std::size_t below = 2 * place + 1;
    if (below >= heap_.size()) break;
    if (below + 1 < heap_.size() && earlier(*heap_[below + 1], *heap_[below])) ++below;
    if (!earlier(*heap_[below], moved)) break;
    put(place, *heap_[below]);
    place = below;
  }
  put(place, moved);
}

}  // namespace rt::sim
