#pragma once

#include "core/variant.hpp"

#include <atomic>
#include <cstdint>

#ifdef RT_LANE_EXPLORED
#include "core/scheduling_point.hpp"
#endif

namespace rt::lane {
inline namespace RT_LANE_VARIANT {

template <class T>
void point([[maybe_unused]] const std::atomic<T>& word, [[maybe_unused]] bool writes) noexcept {
#ifdef RT_LANE_EXPLORED
  sim::detail::scheduling_point(&word, sizeof word, writes);
#endif
}

/// Passes one round of a wait for a step of another thread that is only a few instructions long.
inline void pause() noexcept {
#ifdef RT_LANE_EXPLORED
  sim::detail::spin_point();
#elif defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

/// Keeps a store before a load that follows, against a thread that calls
/// `environment::fence_all_threads` between its own store and load. Costs no instruction.
inline void light_fence() noexcept { std::atomic_signal_fence(std::memory_order_seq_cst); }

// Operations on the atomics of installed structs; those of the lane's own are `atomic` below.

template <class T>
T load(const std::atomic<T>& from, std::memory_order order) noexcept {
  point(from, false);
  return from.load(order);
}
template <class T>
void store(std::atomic<T>& to, T value, std::memory_order order) noexcept {
  point(to, true);
  to.store(value, order);
}
template <class T>
T exchange(std::atomic<T>& in, T value, std::memory_order order) noexcept {
  point(in, true);
  return in.exchange(value, order);
}
template <class T>
T fetch_add(std::atomic<T>& to, T value, std::memory_order order) noexcept {
  point(to, true);
  return to.fetch_add(value, order);
}
template <class T>
T fetch_or(std::atomic<T>& to, T value, std::memory_order order) noexcept {
  point(to, true);
  return to.fetch_or(value, order);
}
/// Strong: fails only if the value differs.
template <class T>
bool compare_exchange(std::atomic<T>& in, T& expected, T desired, std::memory_order success,
                      std::memory_order failure) noexcept {
  point(in, true);
  return in.compare_exchange_strong(expected, desired, success, failure);
}

/// A `std::atomic` whose operations are scheduling points where the lane is explored.
template <class T>
class atomic {
 public:
  constexpr atomic(T value = {}) noexcept : value_(value) {}

  T load(std::memory_order order) const noexcept { return lane::load(value_, order); }
  void store(T value, std::memory_order order) noexcept { lane::store(value_, value, order); }
  T exchange(T value, std::memory_order order) noexcept {
    return lane::exchange(value_, value, order);
  }
  T fetch_add(T value, std::memory_order order) noexcept {
    return lane::fetch_add(value_, value, order);
  }
  T fetch_or(T value, std::memory_order order) noexcept {
    return lane::fetch_or(value_, value, order);
  }
  T fetch_and(T value, std::memory_order order) noexcept {
    point(value_, true);
    return value_.fetch_and(value, order);
  }
  bool compare_exchange(T& expected, T desired, std::memory_order success,
                        std::memory_order failure) noexcept {
    return lane::compare_exchange(value_, expected, desired, success, failure);
  }
  /// The word itself, for `environment::park` and `wake`.
  const std::atomic<T>& word() const noexcept { return value_; }

 private:
  std::atomic<T> value_;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::lane
