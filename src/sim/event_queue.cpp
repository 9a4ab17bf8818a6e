#include "sim/event_queue.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "sim/trace_hash.hpp"

namespace rt::sim {

event_queue::event_queue(std::uint64_t seed) noexcept : seed_(seed) {}

void event_queue::add(instant when, timeline::event what) {
  trace_hash draw;
  draw.add(seed_);
  draw.add(static_cast<std::uint64_t>(when));
  draw.add(static_cast<std::uint64_t>(now_));
  draw.add(added_now_++);
  heap_.push_back({when, draw.value(), added_++, std::move(what)});
  std::push_heap(heap_.begin(), heap_.end(), &later);
}

timeline::event event_queue::take() {
  std::pop_heap(heap_.begin(), heap_.end(), &later);
  if (heap_.back().when != now_) added_now_ = 0;
  now_ = heap_.back().when;
  timeline::event what = std::move(heap_.back().what);
  heap_.pop_back();
  return what;
}

bool event_queue::later(const entry& a, const entry& b) noexcept {
  return std::tie(a.when, a.draw, a.sequence) > std::tie(b.when, b.draw, b.sequence);
}

}  // namespace rt::sim
