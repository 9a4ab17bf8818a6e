#pragma once

#include "lane/atomic.hpp"
#include "lane/spin_lock.hpp"

#include <rt/config.hpp>
#include <rt/core/resource_set.hpp>

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace rt::detail {
struct cell;
}  // namespace rt::detail

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

/// One CPU, in the ten-thousandths that amounts are counted in.
inline constexpr std::int64_t one_cpu = amount::per_one;

/// What a class of tasks asks for. Shape 0 is one CPU and nothing else.
struct shape {
  std::int64_t cpu = one_cpu;
  std::int64_t gpu = 0;
  std::int64_t memory = 0;
  resource_set custom = {};

  friend bool operator==(const shape&, const shape&) = default;
};

/// What this process has, who holds it, and the queues of the classes that ask for more than a seat.
///
/// One CPU alone is a *seat*, taken and given by one atomic operation. All else goes through a lock:
/// the oldest waiting class is served first, and while it waits no seat is given out that it needs,
/// so that large demands are not starved by small ones.
/// Invariant: the amounts handed out never exceed what there is.
class resources {
 public:
  resources(environment& world, const config& settings, std::int64_t cpu_total);

  /// A slot leaves seats to drivers' threads that wait for one (`want_seat`).
  bool take_seat(bool for_slot) noexcept;
  /// Returns whether a waiting class was granted something, so that a slot must be woken.
  bool give_seat();
  void want_seat(bool now) noexcept {
    seats_wanted_.fetch_add(now ? 1 : UINT32_MAX, std::memory_order_relaxed);
  }
  /// How many seats slots may take: the free ones, but for those that drivers' threads wait for.
  /// Negative where slots that sit are to leave seats to them.
  std::int64_t seats_for_slots() const noexcept {
    const std::int64_t free = free_cpu_.load(std::memory_order_relaxed) / one_cpu;
    return free - seats_wanted_.load(std::memory_order_relaxed);
  }

  /// Gives back the CPUs of a task that blocks; the rest stays held.
  bool lend_cpu(std::int64_t cpu);
  /// Waits until they can be had again; comes before everything that has not started.
  /// Thread: blocks.
  void regain_cpu(std::int64_t cpu);

  /// Returns the number of what an actor holds for life: never 0, since that is a seat.
  std::uint32_t number_of_held(const shape& wanted);
  /// Returns the number of that shape, the same for equal ones.
  std::uint32_t number_of(const shape& wanted);
  /// Could it ever be had here? If not, `why` says what is lacking.
  bool possible(std::uint32_t number, std::string& why);
  std::int64_t cpu_of(std::uint32_t number);
  /// Returns the number of its CPUs alone; 0 if that is one seat.
  std::uint32_t cpu_part(std::uint32_t number);
  /// Returns the number of all but its CPUs; 0 if there is nothing else.
  std::uint32_t other_part(std::uint32_t number);
  /// What that shape asks for, by name, without what is 0.
  std::map<std::string, double> amounts_of(std::uint32_t number);

  /// What that shape asks for, CPUs, GPUs and memory by their names.
  resource_set demand_of(std::uint32_t number);
  /// The number of what holds such a set: never 0.
  std::uint32_t number_of_held(const resource_set& demand);
  /// All that this process has.
  resource_set total();
  /// What of that nobody has just now.
  resource_set free();

  /// Queues a cell of another class than 0. Shape: whether it, or another, was granted.
  bool push(std::uint32_t number, detail::cell& task);
  /// Returns a cell whose resources are held for it; its shape's number in `number`.
  detail::cell* take_granted(std::uint32_t& number);
  /// Classes are numbered below this.
  std::uint32_t classes() const;
  /// Has a cell be run beside all that holds a CPU: it asks for nothing that is not held already.
  void run_beside(detail::cell& task);
  /// How many cells of a class wait for what they ask for.
  std::size_t waiting_of(std::uint32_t number) const;
  /// Is this one of them?
  bool is_waiting(std::uint32_t number, const detail::cell& task) const;
  /// Takes one of them out, the oldest; null if none waits.
  detail::cell* take_waiting(std::uint32_t number);
  /// Takes this one out.   Shape: false if it does not wait there, any more.
  bool take_waiting(std::uint32_t number, const detail::cell& task);
  /// Gives back what a granted cell held.
  bool give_back(std::uint32_t number);

  bool has_granted() const noexcept { return granted_count_.load(std::memory_order_seq_cst) != 0; }
  /// Is any class waiting for resources?
  bool has_waiting() const noexcept { return waiting_.load(std::memory_order_seq_cst) != 0; }
  std::int64_t total_cpu() const noexcept { return total_.cpu; }

  /// Takes out every queued cell, granted ones included (and what they held), for the end.
  std::vector<detail::cell*> take_all();

 private:
  struct queued {
    detail::cell* task;
    std::uint64_t sequence;
  };
  struct task_class {
    shape asks;
    std::deque<queued> queue;
  };
  struct grant {
    static constexpr std::uint32_t nothing = UINT32_MAX;

    detail::cell* task;
    /// Of what it holds.
    std::uint32_t number;
  };

  struct regainer {
    std::int64_t cpu;
    lane::atomic<std::uint32_t> done{0};
  };

  bool take_cpu(std::int64_t cpu) noexcept;
  bool others_fit(const shape& wanted) const;
  bool take(const shape& wanted);
  void give(const shape& held);
  void change_others(const shape& by, std::int64_t sign);
  bool serve();

  lane::atomic<std::int64_t> free_cpu_;
  lane::atomic<std::uint32_t> waiting_{0};
  lane::atomic<std::uint32_t> granted_count_{0};
  lane::atomic<std::uint32_t> seats_wanted_{0};
  environment* world_;
  mutable lane::spin_lock lock_;
  shape total_;
  std::int64_t free_gpu_;
  std::int64_t free_memory_;
  std::vector<std::int64_t> free_custom_;
  std::vector<task_class> classes_;
  std::deque<grant> granted_;
  std::deque<regainer*> regainers_;
  std::uint64_t sequence_ = 0;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
