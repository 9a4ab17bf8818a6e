#include "sim/event_queue.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace rt::sim {

event_queue::event_queue(std::uint64_t seed) noexcept : draws_(seed, 4) {}

void event_queue::add(instant when, timeline::event what) {
  heap_.push_back({when, draws_.next(), added_++, std::move(what)});
  std::push_heap(heap_.begin(), heap_.end(), &later);
}

timeline::event event_queue::take() {
  std::pop_heap(heap_.begin(), heap_.end(), &later);
  timeline::event what = std::move(heap_.back().what);
  heap_.pop_back();
  return what;
}

bool event_queue::later(const entry& a, const entry& b) noexcept {
  return std::tie(a.when, a.draw, a.sequence) > std::tie(b.when, b.draw, b.sequence);
}

}  // namespace rt::sim
