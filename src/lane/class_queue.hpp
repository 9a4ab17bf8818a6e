#pragma once

#include "lane/shard.hpp"

#include <utility>

namespace rt::lane {
inline namespace RT_LANE_VARIANT {

/// All shards of one class of tasks. Shards are never freed before the queue, so that thieves need
/// no protection; a thread that leaves gives its shard to the next that comes.
/// Thread: any.
class class_queue {
 public:
  class_queue() = default;
  class_queue(const class_queue&) = delete;
  class_queue& operator=(const class_queue&) = delete;
  ~class_queue() {
    for (shard* at = first_.load(std::memory_order_relaxed); at != nullptr;) {
      delete std::exchange(at, at->next);
    }
  }

  /// Returns a shard that is the caller's until `give_back`.
  shard& borrow() {
    for (shard* at = first(); at != nullptr; at = at->next) {
      bool taken = false;
      // Acquire: what its last owner did to it is seen.
      if (at->taken.compare_exchange(taken, true, std::memory_order_acquire,
                                     std::memory_order_relaxed)) {
        return *at;
      }
    }
    shard* made = new shard;
    made->taken.store(true, std::memory_order_relaxed);
    shard* head = first_.load(std::memory_order_relaxed);
    do {
      made->next = head;
    } while (
        !first_.compare_exchange(head, made, std::memory_order_release, std::memory_order_relaxed));
    return *made;
  }

  /// Cells left in it stay open to thieves.
  void give_back(shard& left) noexcept {
    left.helped.store(false, std::memory_order_relaxed);
    left.taken.store(false, std::memory_order_release);
  }

  shard* first() const noexcept { return first_.load(std::memory_order_acquire); }

  /// Opens what the owners of all shards keep. Thread: any; waits for owners at work.
  void open_all(environment& world) noexcept {
    for (shard* at = first(); at != nullptr; at = at->next) {
      while (at->keeps_any()) at->open_for_owner(world);
    }
  }

  bool empty() const noexcept {
    for (shard* at = first(); at != nullptr; at = at->next) {
      if (at->size() != 0 || at->keeps_any()) return false;
    }
    return true;
  }

 private:
  atomic<shard*> first_{nullptr};
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::lane
