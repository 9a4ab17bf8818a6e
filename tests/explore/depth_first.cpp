#include "explore/depth_first.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace explore {

using rt::sim::access;
using rt::sim::conflict;
using rt::sim::fiber;
using rt::sim::point_kind;

namespace {

constexpr std::uint32_t bit(unsigned number) { return 1U << number; }

unsigned lowest(std::uint32_t mask) {
  unsigned number = 0;
  while ((mask & bit(number)) == 0) ++number;
  return number;
}

template <class Clock>
void join(Clock& into, const Clock& other) {
  for (std::size_t i = 0; i < into.size(); ++i) into[i] = std::max(into[i], other[i]);
}

bool spins(const rt::sim::operation& pending) {
  return pending.kind == point_kind::spin || pending.kind == point_kind::relax;
}

}  // namespace

bool depth_first::next_execution() {
  if (!first_) {
    if (redundant_) path_.resize(std::min(path_.size(), depth_));
    while (!path_.empty()) {
      node& last = path_.back();
      last.done |= bit(last.chosen);
      const mask left = last.to_do & ~last.done & ~last.asleep;
      if (left != 0) {
        last.chosen = lowest(left);
        break;
      }
      path_.pop_back();
    }
    if (path_.empty()) return false;
  }
  first_ = false;
  forced_ = path_.size();
  depth_ = 0;
  redundant_ = false;
  touched_forbidden_ = false;
  fibers_ = {};
  forbidden_.clear();
  return true;
}

std::size_t depth_first::pick(const std::vector<fiber*>& runnable, const fiber* current) noexcept {
  for (const fiber* each : runnable) {
    if (each->number() >= fibers_max) {
      std::fputs("explore: too many fibers\n", stderr);
      std::abort();
    }
    fibers_[each->number()].pending = each->pending();
    fibers_[each->number()].present = true;
  }
  unsigned chosen;
  if (redundant_) {
    // Runs on to its end, which is as good as any other, since a fiber cannot be stopped half-way.
    chosen = lowest(choose_from(runnable));
  } else {
    const mask enabled = choose_from(runnable);
    if (depth_ == path_.size()) {
      path_.emplace_back();
      path_.back().enabled = enabled;
      open(path_.back(), current);
    } else if (path_[depth_].enabled != enabled) {
      std::fputs("explore: the same choices led elsewhere; is there a clock or an address?\n",
                 stderr);
      std::abort();
    }
    if (redundant_) {
      path_.pop_back();
      chosen = lowest(enabled);
    } else {
      chosen = path_[depth_].chosen;
      take(path_[depth_]);
      ++depth_;
    }
  }
  const auto found = std::find_if(runnable.begin(), runnable.end(),
                                  [&](const fiber* each) { return each->number() == chosen; });
  return static_cast<std::size_t>(found - runnable.begin());
}

/// Returns the fibers that may go on: those that do not spin in vain.
depth_first::mask depth_first::choose_from(const std::vector<fiber*>& runnable) noexcept {
  mask all = 0;
  mask useful = 0;
  for (const fiber* each : runnable) {
    all |= bit(each->number());
    const progress& known = fibers_[each->number()];
    if (!spins(known.pending) || known.changed) useful |= bit(each->number());
  }
  return useful != 0 ? useful : all;
}

/// Decides what to do in a state that no execution has been in.
void depth_first::open(node& here, const fiber* current) noexcept {
  const mask current_bit = current != nullptr ? bit(current->number()) & here.enabled : 0;
  if (reduction_ == reduction::none) {
    if (depth_ > 0) here.preemptions = path_[depth_ - 1].preemptions;
    here.to_do = here.enabled;
    if (current_bit != 0 && here.preemptions >= preemptions_max_) here.to_do = current_bit;
    here.chosen = current_bit != 0 ? current->number() : lowest(here.to_do);
    return;
  }
  if (depth_ > 0) {
    // Who was done with in the state before need not come first here either, if the step between
    // made no difference to it.
    const node& before = path_[depth_ - 1];
    const mask candidates = (before.asleep | before.done) & ~bit(before.chosen);
    for (unsigned number = 0; number < fibers_max; ++number) {
      if ((candidates & bit(number)) != 0 && !conflict(fibers_[number].pending, before.step)) {
        here.asleep |= bit(number);
      }
    }
  }
  const mask awake = here.enabled & ~here.asleep;
  if (awake == 0) {
    redundant_ = true;
    return;
  }
  here.chosen = (current_bit & awake) != 0 ? current->number() : lowest(awake);
  here.to_do = bit(here.chosen);
}

/// Finds the steps that the one about to be taken could as well have come before, and has that tried.
///
/// To reverse such a race, what came after the earlier step without depending on it is taken first,
/// then this step. Any of those with which that could begin will do, if it is not to be tried already.
void depth_first::find_races(const node& here) noexcept {
  clock known = fibers_[here.chosen].time;
  for (std::size_t i = depth_; i-- > 0;) {
    node& earlier = path_[i];
    if (!conflict(earlier.step, here.step)) continue;
    const bool ordered = known[earlier.chosen] > i;  // by program order, or through a step between
    join(known, earlier.time);
    if (ordered) continue;
    const mask beginnings = beginnings_after(i, here);
    if ((beginnings & earlier.to_do) != 0) continue;
    const mask possible = beginnings & earlier.enabled;
    earlier.to_do |= possible != 0 ? bit(lowest(possible)) : earlier.enabled;
  }
}

/// Returns the fibers that could go first among those steps after `index` which do not depend on the
/// one there, followed by the step about to be taken.
depth_first::mask depth_first::beginnings_after(std::size_t index,
                                                const node& here) const noexcept {
  const unsigned left_out = path_[index].chosen;
  mask seen = 0;
  mask result = 0;
  clock before{};  // for each fiber, one past its first step among those
  const auto consider = [&](unsigned number, const clock& time, std::size_t at) {
    if ((seen & bit(number)) == 0) {
      seen |= bit(number);
      bool depends = false;
      for (unsigned other = 0; other < fibers_max; ++other) {
        // `before` holds first steps: what comes after the first depends on it anyway.
        if (other != number && before[other] != 0 && time[other] >= before[other]) depends = true;
      }
      if (!depends) result |= bit(number);
      before[number] = static_cast<std::uint32_t>(at) + 1;
    }
  };
  for (std::size_t j = index + 1; j < depth_; ++j) {
    if (path_[j].time[left_out] > index) continue;
    consider(path_[j].chosen, path_[j].time, j);
  }
  // The step itself depends on the one at `index` as well, which must not count here.
  clock time = fibers_[here.chosen].time;
  for (std::size_t j = index + 1; j < depth_; ++j) {
    if (path_[j].time[left_out] <= index && conflict(path_[j].step, here.step)) {
      join(time, path_[j].time);
    }
  }
  consider(here.chosen, time, depth_);
  return result;
}

/// Takes the chosen step: who touched what, and what happened before it.
void depth_first::take(node& here) noexcept {
  progress& mover = fibers_[here.chosen];
  here.step = mover.pending;
  here.time = mover.time;
  if (reduction_ == reduction::by_conflict) {
    if (depth_ + 1 >= forced_) find_races(here);
    for (std::size_t i = 0; i < depth_; ++i) {
      if (conflict(path_[i].step, here.step)) join(here.time, path_[i].time);
    }
  } else if (depth_ > 0) {
    const node& before = path_[depth_ - 1];
    const bool could_go_on = (here.enabled & bit(before.chosen)) != 0;
    here.preemptions = before.preemptions + (could_go_on && before.chosen != here.chosen);
  }
  here.time[here.chosen] = static_cast<std::uint32_t>(depth_) + 1;
  mover.time = here.time;
  if (here.step.access != access::none) {
    mover.last = here.step;
    mover.changed = false;
    for (unsigned number = 0; number < fibers_max; ++number) {
      if (number != here.chosen && conflict(fibers_[number].last, here.step)) {
        fibers_[number].changed = true;
      }
    }
    for (const range& each : forbidden_) {
      const rt::sim::operation tomb{point_kind::user, access::write, each.address, each.bytes};
      if (conflict(here.step, tomb)) touched_forbidden_ = true;
    }
  }
}

void depth_first::woken(const fiber& waker, const fiber& sleeper) noexcept {
  join(fibers_[sleeper.number()].time, fibers_[waker.number()].time);
}

std::string depth_first::steps() const {
  std::string text;
  for (std::size_t i = 0; i < std::min(depth_, path_.size()); ++i) {
    const node& each = path_[i];
    text += "\n  " + std::to_string(i) + ": fiber " + std::to_string(each.chosen) + " " +
            to_string(each.step.kind);
    if (each.step.access == access::read) text += " read";
    if (each.step.access == access::write) text += " write";
    if (each.step.address != nullptr) {
      // Addresses are named in the order in which they are first touched.
      std::size_t first = 0;
      std::size_t number = 0;
      std::vector<const void*> seen;
      for (; first <= i; ++first) {
        const void* address = path_[first].step.address;
        if (address == nullptr) continue;
        auto place = std::find(seen.begin(), seen.end(), address);
        if (place == seen.end()) place = seen.insert(place, address);
        number = static_cast<std::size_t>(place - seen.begin());
      }
      text += " of word " + std::to_string(number);
    }
  }
  return text;
}

}  // namespace explore
