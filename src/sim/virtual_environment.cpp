#include "sim/virtual_environment.hpp"

#include <utility>

namespace rt::sim {
namespace {

/// Virtual time starts here, so that code which takes 0 for "no time" is not led astray.
constexpr instant start_of_time = 1'000'000'000;

/// Joins in its destructor, as the environment's contract says.
class fiber_handle : public environment::thread {
 public:
  fiber_handle(world& around, fiber& started) : world_(around), fiber_(started) {}
  ~fiber_handle() override { world_.join(fiber_); }
  fiber_handle(const fiber_handle&) = delete;
  fiber_handle& operator=(const fiber_handle&) = delete;

 private:
  world& world_;
  fiber& fiber_;
};

}  // namespace

virtual_environment::virtual_environment(world& around, std::uint64_t seed, std::uint64_t process,
                                         log_sink sink, const process_clock* clock)
    : world_(around), random_(seed, 1000 + process), sink_(std::move(sink)), clock_(clock) {}

instant virtual_environment::now() noexcept {
  return start_of_time + (clock_ != nullptr ? clock_->now() : world_.now());
}

instant virtual_environment::to_world(instant time) const noexcept {
  if (time == never) return never;
  const instant shown = time < start_of_time ? 0 : time - start_of_time;
  return clock_ != nullptr ? clock_->actual_of(shown) : shown;
}

std::uint64_t virtual_environment::random() noexcept { return random_.next(); }

void virtual_environment::park(const std::atomic<std::uint32_t>& word, std::uint32_t seen,
                               instant deadline) noexcept {
  world_.point({point_kind::park, access::write, &word, sizeof word});
  // From here to the sleep nothing else runs: the comparison and the falling asleep are one step.
  if (word.load(std::memory_order_relaxed) != seen || world_.chooser().wakes_early()) return;
  world_.sleep({point_kind::park, &word}, to_world(deadline));
}

void virtual_environment::wake(const std::atomic<std::uint32_t>& word, unsigned count) noexcept {
  world_.point({point_kind::wake, access::write, &word, sizeof word});
  world_.wake({point_kind::park, &word}, count);
}

// Half of all runs begin without, as processes with threads do.
bool virtual_environment::prepare_fences(bool may_wait) noexcept {
  return may_wait || random_.next() % 2 == 0;
}

// Steps follow one another in one order already.
void virtual_environment::fence_all_threads() noexcept {}

void virtual_environment::relax(unsigned /*round*/) noexcept { world_.spin(point_kind::relax); }

void virtual_environment::set_alarm(instant when) noexcept {
  if (world::active() == &world_) {
    world_.point({point_kind::set_alarm, access::write, this, sizeof *this});
  }
  alarm_ = to_world(when);
  if (!nudged_) world_.move_deadline({point_kind::wait_alarm, this}, alarm_);
}

void virtual_environment::nudge() noexcept {
  nudged_ = true;
  world_.move_deadline({point_kind::wait_alarm, this}, 0);
}

void virtual_environment::wait_alarm() noexcept {
  world_.point({point_kind::wait_alarm, access::write, this, sizeof *this});
  // One that is not slept for has come already; either way it comes once.
  if (!nudged_) world_.sleep({point_kind::wait_alarm, this}, alarm_);
  nudged_ = false;
  if (alarm_ <= world_.now()) alarm_ = never;
}

std::unique_ptr<environment::thread> virtual_environment::start_thread(std::string name,
                                                                       std::function<void()> body) {
  auto handle =
      std::make_unique<fiber_handle>(world_, world_.start(std::move(name), std::move(body)));
  world_.point({point_kind::start_thread, access::none, nullptr, 0});
  return handle;
}

std::uintptr_t virtual_environment::stack_limit() noexcept { return world_.stack_limit(); }

void virtual_environment::log(const std::string& text) noexcept {
  if (sink_) sink_(text);
}

}  // namespace rt::sim
