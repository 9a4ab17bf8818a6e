#include "sim/world.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <utility>

#include "api/simulation.hpp"
#include "rt/detail/thread_context.hpp"
#include "sim/outside_look.hpp"
#include "sim/stall_alarm.hpp"

namespace rt::sim {
namespace {

thread_local world* active_world = nullptr;

/// How much virtual time a round of spinning takes: those who spin with a time limit must reach it.
constexpr instant spin_time = 100;

bool is_outside() noexcept { return active_world == nullptr; }

std::string milliseconds(instant time) {
  char text[48];
  std::snprintf(text, sizeof text, "%lld.%06lld ms", static_cast<long long>(time / 1'000'000),
                static_cast<long long>(time % 1'000'000));
  return text;
}

std::string title(const fiber& one) {
  return "fiber " + std::to_string(one.number()) + " \"" + one.name() + "\"";
}

void make_room(std::vector<fiber*>& in, std::size_t count) {
  if (in.capacity() < count) in.reserve(2 * count);
}

}  // namespace

world::world(strategy& chooser) : world(chooser, limits{}) {}

world::world(strategy& chooser, limits bounds) : chooser_(chooser), limits_(bounds) {}

world::~world() {
  for (auto& [number, each] : fibers_) {
    if (each->state_ == fiber::state::ended) continue;
    // It lies in its own stack, in the middle of something: nothing of it can be ended.
    each->execution_->abandon();
    each.release();
  }
}

world* world::active() noexcept { return active_world; }

fiber& world::start(std::string name, std::function<void()> body) {
  return start(current_ != nullptr ? current_->group() : 0, std::move(name), std::move(body));
}

fiber& world::start(fiber_group process, std::string name, std::function<void()> body) {
  auto made = std::make_unique<fiber>(fibers_started_, process, std::move(name), std::move(body),
                                      &world::run_fiber);
  ++fibers_started_;
  // Room is made now, so that no later step needs any.
  const std::size_t count = fibers_.size() + 1;
  make_room(runnable_, count);
  make_room(spinning_, count);
  make_room(stopped_, count);
  asleep_.reserve(count);
  deadlines_.reserve(count);
  fiber& result = *made;
  fibers_.emplace(result.number(), std::move(made));
  runnable_.push_back(&result);
  return result;
}

void world::kill(fiber_group process) noexcept {
  for (auto at = fibers_.begin(); at != fibers_.end();) {
    fiber& each = *at->second;
    if (each.group() != process || each.state_ == fiber::state::ended) {
      ++at;
      continue;
    }
    take_out(each);
    each.execution_->abandon();
    at = fibers_.erase(at);
  }
  paused_.erase(process);
}

/// Has nothing in this world lead to it any more.
void world::take_out(fiber& gone) noexcept {
  deadlines_.set(gone, never);
  if (gone.state_ == fiber::state::asleep) return asleep_.remove(gone);
  for (std::vector<fiber*>* list : {&runnable_, &spinning_, &stopped_}) {
    const auto found = std::find(list->begin(), list->end(), &gone);
    if (found != list->end()) list->erase(found);
  }
}

void world::pause(fiber_group process) {
  paused_.insert(process);
  for (auto at = runnable_.begin(); at != runnable_.end();) {
    if ((*at)->group() != process) {
      ++at;
      continue;
    }
    if (std::exchange((*at)->spins_, false)) std::erase(spinning_, *at);
    stopped_.push_back(*at);
    at = runnable_.erase(at);
  }
}

void world::resume(fiber_group process) {
  paused_.erase(process);
  for (auto at = stopped_.begin(); at != stopped_.end();) {
    if ((*at)->group() != process) {
      ++at;
      continue;
    }
    runnable_.push_back(*at);
    at = stopped_.erase(at);
  }
}

void world::run() {
  if (active_world != nullptr) {
    std::fputs("roundtrip: a simulation was started inside a simulation\n", stderr);
    std::abort();
  }
  active_world = this;
  rt::detail::outside_simulation.store(&is_outside, std::memory_order_release);
  const outside_look begun;
  {
    const stall_alarm alarm;
    if (fiber* first = next(nullptr); first != nullptr) {
      current_ = first;
      outside_.switch_to(*first->execution_);
    }
  }
  current_ = nullptr;
  landed();
  warnings_ = begun.warnings();
  rt::detail::outside_simulation.store(nullptr, std::memory_order_release);
  active_world = nullptr;
}

void world::point(const operation& next_operation) noexcept {
  fiber& self = *current_;
  self.pending_ = next_operation;
  nobody_needs_to_spin();
  go_on(&self, execution::leaving::for_now);
}

void world::spin(point_kind kind) noexcept {
  fiber& self = *current_;
  self.pending_ = {kind, access::none, nullptr, 0};
  now_ += spin_time;
  if (!self.spins_) {
    self.spins_ = true;
    spinning_.push_back(&self);
  }
  go_on(&self, execution::leaving::for_now);
}

bool world::sleep(sleep_key key, instant deadline) noexcept {
  fiber& self = *current_;
  if (deadline <= now_) return false;
  nobody_needs_to_spin();
  self.pending_ = {point_kind::resume, access::none, nullptr, 0};
  self.state_ = fiber::state::asleep;
  self.woken_ = false;
  self.sleeps_on_ = key;
  runnable_.erase(std::find(runnable_.begin(), runnable_.end(), &self));
  asleep_.add(self);
  deadlines_.set(self, deadline);
  go_on(nullptr, execution::leaving::for_now);
  return self.woken_;
}

void world::wake(sleep_key key, unsigned count) noexcept {
  for (; count != 0; --count) {
    fiber* sleeper = asleep_.first_on(key);
    std::size_t sleeping = 0;
    for (fiber* each = sleeper; each != nullptr; each = sleepers::next_on_same(*each)) ++sleeping;
    if (sleeping == 0) return;
    std::size_t picked = sleeping == 1 ? 0 : chooser_.pick_sleeper(sleeping);
    for (; picked != 0; --picked) sleeper = sleepers::next_on_same(*sleeper);
    if (current_ != nullptr) chooser_.woken(*current_, *sleeper);
    make_runnable(*sleeper, true);
  }
}

void world::move_deadline(sleep_key key, instant deadline) noexcept {
  for (fiber* each = asleep_.first_on(key); each != nullptr; each = sleepers::next_on_same(*each)) {
    deadlines_.set(*each, deadline);
  }
  wake_those_due();
}

void world::join(fiber& other) noexcept {
  const unsigned number = other.number();
  point({point_kind::join, access::none, nullptr, 0});
  while (other.state_ != fiber::state::ended) sleep({point_kind::join, &other}, never);
  fibers_.erase(number);
}

void world::fail(std::string text) noexcept {
  if (failure_.empty()) failure_ = std::move(text);
  if (current_ == nullptr) return;
  fiber& self = *current_;
  current_ = nullptr;
  self.execution_->switch_to(outside_);
  std::abort();  // nobody goes on in a run that has failed
}

void world::run_fiber(void* raw) {
  fiber& self = *static_cast<fiber*>(raw);
  self.execution_->arrive();
  world& here = *active_world;
  here.landed();
  {
    // The context ends as a thread's does, on its own stack and with scheduling points in its end.
    rt::detail::thread_context context;
    rt::detail::current_context = &context;
    std::string failure;
    try {
      self.body_();
    } catch (const std::exception& thrown) {
      failure = title(self) + " threw: " + thrown.what();
    } catch (...) {
      failure = title(self) + " threw something that is not a std::exception";
    }
    // Not inside the handler: a handler that is never left would keep the exception for ever.
    if (!failure.empty()) here.fail(std::move(failure));
    self.body_ = nullptr;
  }
  rt::detail::current_context = nullptr;
  here.finish(self);
}

void world::finish(fiber& ended) noexcept {
  nobody_needs_to_spin();
  ended.pending_ = {point_kind::end, access::none, nullptr, 0};
  ended.state_ = fiber::state::ended;
  runnable_.erase(std::find(runnable_.begin(), runnable_.end(), &ended));
  wake({point_kind::join, &ended}, UINT32_MAX);
  last_ended_ = &ended;
  go_on(nullptr, execution::leaving::for_good);
}

/// Leaves the running fiber, if it is another's turn, and returns when it is its own again.
void world::go_on(fiber* current, execution::leaving how) noexcept {
  fiber& self = *current_;
  fiber* chosen = next(current);
  if (chosen == &self) return;
  current_ = chosen;
  self.execution_->switch_to(chosen != nullptr ? *chosen->execution_ : outside_, how);
  landed();
}

/// Frees what the fiber left behind that ended just before this one went on.
void world::landed() noexcept {
  if (last_ended_ == nullptr) return;
  last_ended_->execution_.reset();
  last_ended_ = nullptr;
}

fiber* world::next(const fiber* current) noexcept {
  if (failed()) return nullptr;
  ++steps_;
  if (steps_ > limits_.steps_max) {
    failure_ = "no end after " + std::to_string(limits_.steps_max) + " steps, at " +
               milliseconds(now_) + describe_sleepers();
    return nullptr;
  }
  now_ += limits_.step_time;
  if (!deadlines_.empty()) wake_those_due();
  // Whoever is due may be of a process that is paused.
  while (runnable_.empty()) {
    if (leap_to_next_deadline()) continue;
    if (!asleep_.empty() || !stopped_.empty()) {
      failure_ = "deadlock at " + milliseconds(now_) + ", step " + std::to_string(steps_) +
                 ": no fiber can go on" + describe_sleepers();
    }
    return nullptr;
  }
  fiber* chosen = runnable_[chooser_.pick(runnable_, current)];
  hash_.add(chosen->number());
  hash_.add(static_cast<std::uint64_t>(chosen->pending_.kind));
  hash_.add(static_cast<std::uint64_t>(now_));
  if (watcher_) tell_watcher(*chosen);
  return chosen;
}

/// Who watches may sleep for real: that is not the program's.
void world::tell_watcher(const fiber& chosen) {
  tells_watcher_ = true;
  watcher_({steps_, now_, chosen});
  tells_watcher_ = false;
}

void world::refuse_sleep(const char* called) noexcept {
  if (current_ == nullptr || tells_watcher_) return;
  fail("process " + std::to_string(current_->group()) + ", " + title(*current_) +
       ", sleeps for real, by " + called +
       ", while virtual time stands still: rt::this_task::sleep_for passes that");
}

bool world::leap_to_next_deadline() noexcept {
  if (deadlines_.empty()) return false;
  now_ = deadlines_.next();
  wake_those_due();
  return true;
}

void world::wake_those_due() noexcept {
  while (!deadlines_.empty() && deadlines_.next() <= now_) {
    make_runnable(deadlines_.first(), false);
  }
}

void world::make_runnable(fiber& sleeper, bool woken) noexcept {
  deadlines_.set(sleeper, never);
  asleep_.remove(sleeper);
  sleeper.woken_ = woken;
  sleeper.state_ = fiber::state::runnable;
  (paused_.contains(sleeper.group()) ? stopped_ : runnable_).push_back(&sleeper);
}

/// A step that is more than spinning is what the spinning ones wait for.
void world::nobody_needs_to_spin() noexcept {
  for (fiber* each : spinning_) each->spins_ = false;
  spinning_.clear();
}

std::string world::describe_sleepers() const {
  std::string text;
  std::vector<const void*> subjects;
  for (const auto& [number, each] : fibers_) {
    if (each->state_ != fiber::state::asleep) continue;
    const void* subject = each->sleeps_on_.subject;
    auto place = std::find(subjects.begin(), subjects.end(), subject);
    if (place == subjects.end()) place = subjects.insert(place, subject);
    text += "\n  " + title(*each) + " sleeps in " + to_string(each->sleeps_on_.kind);
    if (each->sleeps_on_.kind == point_kind::join) {
      text += ", waiting for " + title(*static_cast<const fiber*>(subject));
    } else {
      text += " on word " + std::to_string(place - subjects.begin());
    }
    if (each->deadline_ != never) text += " until " + milliseconds(each->deadline_);
  }
  for (const fiber* each : runnable_) {
    text += "\n  " + title(*each) + " can go on, before " + to_string(each->pending_.kind);
  }
  return text;
}

}  // namespace rt::sim
