#include "worker/attempts/attempt_book.hpp"

#include "core/fault_site.hpp"
#include "core/planted_bug.hpp"

#include <algorithm>
#include <utility>

// How slots are asked for, and what comes of it.
namespace rt::worker::attempts {
inline namespace RT_LANE_VARIANT {

void attempt_book::waiting(class_number of, std::uint64_t count, effects& out) {
  class_at(of).waiting = count;
  out.change(of);
  withdraw_if_unneeded(of, out);
}

/// Counts the tasks of a class that would run sooner if there were more slots.
std::uint64_t attempt_book::need(const task_class& of) const {
  std::uint64_t tasks = of.waiting;
  for (const held_index each : of.slots) {
    if (!slots_.at(each).recalled) tasks += slots_.at(each).behind();
  }
  return tasks;
}

/// Counts those of them that lie behind a task that runs long: what waits behind short ones is through
/// sooner than a request is answered.
std::uint64_t attempt_book::held_up(const task_class& of) const {
  if (RT_SIMBUG("behind.never_asks")) return 0;
  std::uint64_t tasks = 0;
  for (const held_index each : of.slots) {
    const held_slot& slot = slots_.at(each);
    if (!slot.recalled && slot.first_lasts) tasks += slot.behind();
  }
  return tasks;
}

std::optional<want> attempt_book::next_want(class_number which, instant now) const {
  const task_class& of = classes_[static_cast<std::size_t>(which)];
  if (now < of.ask_again_at || of.requests >= of.options.requests_max) return {};
  const std::uint64_t held = of.slots.size() + of.slots_asked;
  if (held >= of.options.slots_max) return {};
  std::uint64_t coming = of.slots_asked;
  for (const held_index each : of.slots) {
    const held_slot& slot = slots_.at(each);
    if (takes_more(slot) && slot.pending.empty()) ++coming;
  }
  const std::uint64_t needed = of.waiting != 0 ? need(of) : held_up(of);
  if (needed <= coming) return {};
  want found;
  found.slots = static_cast<std::uint32_t>(std::min(needed - coming, of.options.slots_max - held));
  const std::uint64_t carried = of.options.never_twice ? found.slots : of.options.carried_max;
  found.carried_max = static_cast<std::uint32_t>(
      std::min({carried, std::uint64_t{of.options.carried_max}, of.waiting}));
  return found;
}

void attempt_book::asked(session_number session, request_number request, class_number of,
                         std::uint32_t slots, std::span<const attempt> carried, effects& out) {
  slot_request made;
  made.session = session;
  made.of = of;
  made.slots = slots;
  for (const attempt& each : carried) {
    held_task& sent = enter(each);
    sent.where = held_task::state::carried;
    sent.session = session;
    sent.request = request;
    made.carried.push_back(each.name.task);
  }
  requests_.emplace(std::pair{session, request}, std::move(made));
  task_class& asking = class_at(of);
  asking.slots_asked += slots;
  ++asking.requests;
  take_from_class(of, carried.size());
  withdraw_if_unneeded(of, out);
}

void attempt_book::granted(session_number session, request_number request, lease_number lease,
                           std::span<const slot_number> slots,
                           std::span<const owner_index> handed_back, instant now, effects& out) {
  const auto found = requests_.find({session, request});
  if (found == requests_.end()) return;
  if (found->second.withdrawn) RT_PROBE("attempts_asking.granted_after_it_was_withdrawn");
  const class_number of = found->second.of;
  std::vector<held_index> held;
  for (const slot_number each : slots) {
    // A node that names a slot twice is broken; nothing more comes of it.
    if (slots_.find(session, {lease, each}) != nullptr) continue;
    held.push_back(slots_.add(session, {lease, each}, of, now));
    class_at(of).slots.push_back(held.back());
  }
  if (held.empty()) return not_granted(session, request, now, out);
  const slot_request asked = take_request(found);
  std::vector<owner_index> back(handed_back.begin(), handed_back.end());
  std::sort(back.begin(), back.end());
  std::size_t taken = 0;
  for (const owner_index each : asked.carried) {
    if (std::binary_search(back.begin(), back.end(), each)) {
      end(each, fate::not_started, end_cause::cancelled, out);
      continue;
    }
    held_task& task = *find(each);
    task.where = held_task::state::pushed;
    task.slot = held[taken++ % held.size()];
    task.seq = slots_.at(task.slot).pending.next_seq();
    slots_.at(task.slot).pending.add(each);
  }
  out.change(of);
}

void attempt_book::not_granted(session_number session, request_number request, instant ask_again_at,
                               effects& out) {
  const auto found = requests_.find({session, request});
  if (found == requests_.end()) return;
  const slot_request asked = take_request(found);
  // One that was withdrawn says nothing of the next.
  if (!asked.withdrawn) class_at(asked.of).ask_again_at = ask_again_at;
  for (const owner_index each : asked.carried) {
    end(each, fate::not_started, end_cause::cancelled, out);
  }
  out.change(asked.of);
}

slot_request attempt_book::take_request(request_iterator which) {
  slot_request taken = std::move(which->second);
  requests_.erase(which);
  task_class& of = class_at(taken.of);
  of.slots_asked -= taken.slots;
  --of.requests;
  return taken;
}

void attempt_book::take_from_class(class_number of, std::uint64_t count) {
  task_class& from = class_at(of);
  from.waiting -= std::min(from.waiting, count);
}

void attempt_book::withdraw_if_unneeded(class_number of, effects& out) {
  if (class_at(of).requests == 0 || need(class_at(of)) != 0) return;
  for (auto& [name, asked] : requests_) {
    if (asked.of != of || asked.withdrawn || !asked.carried.empty()) continue;
    asked.withdrawn = true;
    out.send(name.first, withdraw{name.second});
  }
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::attempts
