#include "worker/resources.hpp"

#include <algorithm>
#include <limits>
#include <mutex>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

namespace {

const std::string& name_at(const resource_set& set, std::size_t index) {
  return (set.begin() + static_cast<std::ptrdiff_t>(index))->name;
}

}  // namespace

resources::resources(environment& world, const config& settings, std::int64_t cpu_total)
    : free_cpu_(cpu_total), world_(&world), lock_(world) {
  total_.cpu = cpu_total;
  total_.gpu = settings.num_gpus.ten_thousandths();
  // Logical: without a figure it is not counted.
  total_.memory =
      settings.memory ? settings.memory->bytes() : std::numeric_limits<std::int64_t>::max() / 2;
  total_.custom = settings.resources;
  free_gpu_ = total_.gpu;
  free_memory_ = total_.memory;
  for (const resource& each : total_.custom) free_custom_.push_back(each.amount.ten_thousandths());
  classes_.push_back(task_class{});
}

bool resources::take_cpu(std::int64_t cpu) noexcept {
  std::int64_t free = free_cpu_.load(std::memory_order_seq_cst);
  while (free >= cpu) {
    if (free_cpu_.compare_exchange(free, free - cpu, std::memory_order_seq_cst,
                                   std::memory_order_seq_cst)) {
      return true;
    }
  }
  return false;
}

bool resources::take_seat(bool for_slot) noexcept {
  // Who waits for CPUs comes first.
  if (has_waiting() || (for_slot && seats_for_slots() <= 0)) return false;
  return take_cpu(one_cpu);
}

bool resources::lend_cpu(std::int64_t cpu) {
  free_cpu_.fetch_add(cpu, std::memory_order_seq_cst);
  if (!has_waiting()) return false;
  const std::lock_guard guard(lock_);
  return serve();
}

void resources::regain_cpu(std::int64_t cpu) {
  if (cpu == 0 || (!has_waiting() && take_cpu(cpu))) return;
  regainer mine{.cpu = cpu};
  {
    const std::lock_guard guard(lock_);
    regainers_.push_back(&mine);
    serve();
  }
  while (mine.done.load(std::memory_order_acquire) == 0) world_->park(mine.done.word(), 0, never);
}

bool resources::give_seat() { return lend_cpu(one_cpu); }

std::uint32_t resources::number_of(const shape& wanted) {
  return wanted == shape{} ? 0 : number_of_held(wanted);
}

std::uint32_t resources::number_of_held(const shape& wanted) {
  const std::lock_guard guard(lock_);
  for (std::size_t i = 1; i < classes_.size(); ++i) {
    if (classes_[i].asks == wanted) return static_cast<std::uint32_t>(i);
  }
  classes_.push_back(task_class{wanted, {}});
  return static_cast<std::uint32_t>(classes_.size() - 1);
}

bool resources::possible(std::uint32_t number, std::string& why) {
  const std::lock_guard guard(lock_);
  const shape& asks = classes_[number].asks;
  const auto lacks = [&](const std::string& name, const std::string& wanted,
                         const std::string& there) {
    why = "asks for " + wanted + " of " + name + ", this node has " + there;
    return false;
  };
  const auto text = [](std::int64_t units) { return to_string(amount::of_ten_thousandths(units)); };
  if (asks.cpu > total_.cpu) return lacks("CPU", text(asks.cpu), text(total_.cpu));
  if (asks.gpu > total_.gpu) return lacks("GPU", text(asks.gpu), text(total_.gpu));
  if (asks.memory > total_.memory) {
    return lacks("memory", std::to_string(asks.memory), std::to_string(total_.memory));
  }
  for (const resource& each : asks.custom) {
    if (each.amount > total_.custom[each.name]) {
      return lacks(each.name, to_string(each.amount), to_string(total_.custom[each.name]));
    }
  }
  return true;
}

std::int64_t resources::cpu_of(std::uint32_t number) {
  if (number == 0) return one_cpu;
  const std::lock_guard guard(lock_);
  return classes_[number].asks.cpu;
}

std::uint32_t resources::cpu_part(std::uint32_t number) {
  return number_of(shape{.cpu = cpu_of(number)});
}

std::uint32_t resources::other_part(std::uint32_t number) {
  if (number == 0) return 0;
  shape others;
  {
    const std::lock_guard guard(lock_);
    others = classes_[number].asks;
  }
  others.cpu = 0;
  return others == shape{.cpu = 0} ? 0 : number_of_held(others);
}

namespace {

resource_set named(const shape& asks) {
  resource_set made = asks.custom;
  const auto add = [&](const char* name, amount value) {
    if (value != amount()) made.insert({name, value});
  };
  add("CPU", amount::of_ten_thousandths(asks.cpu));
  add("GPU", amount::of_ten_thousandths(asks.gpu));
  add("memory", amount(std::min(asks.memory, amount::limit)));
  return made;
}

}  // namespace

resource_set resources::demand_of(std::uint32_t number) {
  const std::lock_guard guard(lock_);
  return named(classes_[number].asks);
}

resource_set resources::total() { return named(total_); }

resource_set resources::free() {
  const std::lock_guard guard(lock_);
  shape left{.cpu = std::max<std::int64_t>(free_cpu_.load(std::memory_order_relaxed), 0),
             .gpu = free_gpu_,
             .memory = free_memory_};
  std::size_t at = 0;
  for (const resource& each : total_.custom) {
    left.custom.insert({each.name, amount::of_ten_thousandths(free_custom_[at++])});
  }
  return named(left);
}

std::uint32_t resources::number_of_held(const resource_set& demand) {
  shape asks{.cpu = 0};
  for (const resource& each : demand) {
    if (each.name == "CPU") asks.cpu = each.amount.ten_thousandths();
    else if (each.name == "GPU") asks.gpu = each.amount.ten_thousandths();
    else if (each.name == "memory") asks.memory = each.amount.ten_thousandths() / amount::per_one;
    else asks.custom.insert(each);
  }
  return number_of_held(asks);
}

std::map<std::string, double> resources::amounts_of(std::uint32_t number) {
  const std::lock_guard guard(lock_);
  const shape& asks = classes_[number].asks;
  std::map<std::string, double> amounts;
  const auto add = [&](const std::string& name, double value) {
    if (value != 0) amounts.emplace(name, value);
  };
  add("CPU", amount::of_ten_thousandths(asks.cpu).to_double());
  add("GPU", amount::of_ten_thousandths(asks.gpu).to_double());
  add("memory", static_cast<double>(asks.memory));
  for (const resource& each : asks.custom) add(each.name, each.amount.to_double());
  return amounts;
}

bool resources::push(std::uint32_t number, detail::cell& task) {
  const std::lock_guard guard(lock_);
  classes_[number].queue.push_back({&task, ++sequence_});
  return serve();
}

detail::cell* resources::take_granted(std::uint32_t& number) {
  if (!has_granted()) return nullptr;
  const std::lock_guard guard(lock_);
  if (granted_.empty()) return nullptr;
  const grant taken = granted_.front();
  granted_.pop_front();
  granted_count_.store(static_cast<std::uint32_t>(granted_.size()), std::memory_order_seq_cst);
  number = taken.number;
  return taken.task;
}

std::uint32_t resources::classes() const {
  const std::lock_guard guard(lock_);
  return static_cast<std::uint32_t>(classes_.size());
}

std::size_t resources::waiting_of(std::uint32_t number) const {
  const std::lock_guard guard(lock_);
  return classes_[number].queue.size();
}

detail::cell* resources::take_waiting(std::uint32_t number) {
  const std::lock_guard guard(lock_);
  std::deque<queued>& queue = classes_[number].queue;
  if (queue.empty()) return nullptr;
  detail::cell* const oldest = queue.front().task;
  queue.pop_front();
  // Whether anyone still waits is found by the next who is served.
  serve();
  return oldest;
}

bool resources::is_waiting(std::uint32_t number, const detail::cell& task) const {
  const std::lock_guard guard(lock_);
  const std::deque<queued>& queue = classes_[number].queue;
  return std::any_of(queue.begin(), queue.end(),
                     [&](const queued& each) { return each.task == &task; });
}

bool resources::take_waiting(std::uint32_t number, const detail::cell& task) {
  const std::lock_guard guard(lock_);
  std::deque<queued>& queue = classes_[number].queue;
  const auto found = std::find_if(queue.begin(), queue.end(),
                                  [&](const queued& each) { return each.task == &task; });
  if (found == queue.end()) return false;
  queue.erase(found);
  serve();
  return true;
}

bool resources::give_back(std::uint32_t number) {
  const std::lock_guard guard(lock_);
  give(classes_[number].asks);
  return serve();
}

void resources::run_beside(detail::cell& task) {
  const std::lock_guard guard(lock_);
  granted_.push_back({&task, grant::nothing});
  granted_count_.store(static_cast<std::uint32_t>(granted_.size()), std::memory_order_seq_cst);
}

std::vector<detail::cell*> resources::take_all() {
  std::vector<detail::cell*> all;
  const std::lock_guard guard(lock_);
  for (const grant& each : granted_) {
    if (each.number != grant::nothing) give(classes_[each.number].asks);
    all.push_back(each.task);
  }
  granted_.clear();
  granted_count_.store(0, std::memory_order_seq_cst);
  for (task_class& each : classes_) {
    for (const queued& entry : each.queue) all.push_back(entry.task);
    each.queue.clear();
  }
  waiting_.store(0, std::memory_order_seq_cst);
  return all;
}

bool resources::others_fit(const shape& wanted) const {
  if (wanted.gpu > free_gpu_ || wanted.memory > free_memory_) return false;
  for (const resource& each : wanted.custom) {
    if (!total_.custom.contains(each.name)) return false;
    for (std::size_t i = 0; i < free_custom_.size(); ++i) {
      if (name_at(total_.custom, i) == each.name &&
          each.amount.ten_thousandths() > free_custom_[i]) {
        return false;
      }
    }
  }
  return true;
}

bool resources::take(const shape& wanted) {
  if (!take_cpu(wanted.cpu)) return false;
  change_others(wanted, -1);
  return true;
}

void resources::give(const shape& held) {
  free_cpu_.fetch_add(held.cpu, std::memory_order_seq_cst);
  change_others(held, +1);
}

void resources::change_others(const shape& by, std::int64_t sign) {
  free_gpu_ += sign * by.gpu;
  free_memory_ += sign * by.memory;
  for (const resource& each : by.custom) {
    for (std::size_t i = 0; i < free_custom_.size(); ++i) {
      if (name_at(total_.custom, i) == each.name) {
        free_custom_[i] += sign * each.amount.ten_thousandths();
      }
    }
  }
}

bool resources::serve() {
  bool granted = false;
  // Announced before the attempts: CPUs given back meanwhile are either found by them, or their
  // giver sees this and comes here.
  waiting_.store(1, std::memory_order_seq_cst);
  while (!regainers_.empty()) {
    regainer* first = regainers_.front();
    if (!take_cpu(first->cpu)) return granted;
    regainers_.pop_front();
    environment& world = *world_;
    const std::atomic<std::uint32_t>& word = first->done.word();
    first->done.store(1, std::memory_order_release);
    world.wake(word, 1);
  }
  for (;;) {
    // The oldest whose other resources are there. Only CPUs are kept for it: who waits for something
    // else keeps nothing from others, or a task that holds that and waits for them would never end.
    task_class* oldest = nullptr;
    std::uint32_t number = 0;
    for (std::size_t i = 1; i < classes_.size(); ++i) {
      task_class& each = classes_[i];
      if (each.queue.empty() || each.asks.cpu > total_.cpu || !others_fit(each.asks)) continue;
      if (oldest == nullptr || each.queue.front().sequence < oldest->queue.front().sequence) {
        oldest = &each;
        number = static_cast<std::uint32_t>(i);
      }
    }
    if (oldest == nullptr) break;
    if (!take(oldest->asks)) return granted;
    granted_.push_back({oldest->queue.front().task, number});
    oldest->queue.pop_front();
    granted_count_.store(static_cast<std::uint32_t>(granted_.size()), std::memory_order_seq_cst);
    granted = true;
  }
  waiting_.store(0, std::memory_order_seq_cst);
  return granted;
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
