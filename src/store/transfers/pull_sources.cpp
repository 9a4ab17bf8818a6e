#include "store/transfers/puller.hpp"

#include "core/planted_bug.hpp"

#include <algorithm>
#include <utility>

// Whom a pull asks: what the owner says of that, and what follows where one does not answer.
namespace rt::store::transfers {
inline namespace RT_LANE_VARIANT {

void puller::locate(const object_id& object, pull& of, const ground& on) {
  const ask_number number = numbers_.next();
  locates_.emplace(number, object);
  of.locating = number;
  of.expects_pieces = expects_pieces(object);
  of.again_at = never;
  on.out.letters.push_back(
      {owner_of(object),
       locate_request{
           number, object, true, {of.failed.begin(), of.failed.end()}, of.expects_pieces}});
  arm(object, of);
}

void puller::take(incarnation from, const locate_reply& answered, const ground& on) {
  const auto at = locates_.find(answered.number);
  if (at == locates_.end() || owner_of(at->second) != from) return;
  const object_id object = at->second;
  locates_.erase(at);
  pull* of = find(object);
  // Nobody waits any more; or nobody did for a while.
  if (of == nullptr || of->locating != answered.number) return;
  of->locating = {};
  switch (answered.what) {
    case locate_reply::answer::pending: wait_a_while(object, *of, on); break;
    case locate_reply::answer::inline_value:
      end(object, wait_end::inline_value, loss::none, on);
      break;
    case locate_reply::answer::failed: end(object, wait_end::failed, loss::none, on); break;
    case locate_reply::answer::lost: end(object, wait_end::lost, answered.why, on); break;
    case locate_reply::answer::stored: start_with(object, *of, answered, on); break;
  }
  feed(on);
}

void puller::start_with(const object_id& object, pull& of, const locate_reply& answered,
                        const ground& on) {
  held_copy* here = on.held.find(object);
  if (here != nullptr && here->of != answered.of && !RT_SIMBUG("pull.mixes_copies")) {
    // It was made again, and came out differently.
    leave_behind(of);
    of.source = {};
    on.held.drop(object, on.out);
    here = nullptr;
  }
  if (here == nullptr) here = &on.held.make(object, answered.of, on.out);
  if (RT_SIMBUG("copy.told_before_complete")) on.teller.tell_held(object, here->of, on.out);
  if (here->of.bytes == 0) {
    here->complete = true;
    on.teller.tell_held(object, here->of, on.out);
    return complete(object, on);
  }
  of.sources.clear();
  add_sources(of, answered.sources);
  // The owner knows of no copy but one of ours.
  if (answered.sources.empty()) on.teller.tell_gone(object, on.out);
  if (of.source != incarnation{}) {
    // It was slow, and goes on if there is no other.
    const incarnation slow = of.source;
    if (pick_source(object, of, on)) of.failed.insert(slow);
    return;
  }
  if (pick_source(object, of, on)) return;
  of.failed.clear();
  wait_a_while(object, of, on);
}

bool puller::pick_source(const object_id& object, pull& of, const ground& on) {
  const auto best = std::find_if(of.sources.begin(), of.sources.end(),
                                 [&](incarnation each) { return may_ask(object, of, each); });
  if (best == of.sources.end()) return false;
  leave_behind(of);
  of.source = *best;
  of.heard_at = on.now;
  if (RT_SIMBUG("pull.restarts_from_zero")) on.held.find(object)->here = {};
  hungry_.emplace(of.arrived, object);
  return true;
}

void puller::choose_source(const object_id& object, pull& of, const ground& on) {
  if (pick_source(object, of, on) || of.locating != ask_number{}) return;
  locate(object, of, on);
}

void puller::source_failed(const object_id& object, pull& of, incarnation source,
                           const ground& on) {
  of.failed.insert(source);
  if (of.source != source) return;
  leave_behind(of);
  of.source = {};
  hungry_.erase(of.arrived);
  choose_source(object, of, on);
}

void puller::add_sources(pull& of, const std::vector<incarnation>& named) {
  std::vector<incarnation> sources;
  const auto add = [&](incarnation each) {
    if (std::find(sources.begin(), sources.end(), each) == sources.end()) sources.push_back(each);
  };
  for (const incarnation each : named) add(each);
  for (const incarnation each : of.sources) add(each);
  const auto distance = [&](incarnation to) {
    const auto at = distances_.find(to);
    return at == distances_.end() ? 0 : at->second;
  };
  std::stable_sort(sources.begin(), sources.end(), [&](incarnation one, incarnation other) {
    return distance(one) < distance(other);
  });
  of.sources = std::move(sources);
}

bool puller::may_ask(const object_id& object, const pull& of, incarnation source) const {
  if (source == self_ || source == of.source || of.failed.count(source) != 0) return false;
  if (dead_.count(source) != 0) return false;
  // One that owes us pieces since it was left is slow still, and would be asked for more and more.
  return std::none_of(asks_.begin(), asks_.end(), [&](const auto& each) {
    return each.second.left_behind && each.second.to == source && each.second.object == object;
  });
}

bool puller::expects_pieces(const object_id& object) const {
  return std::any_of(asks_.begin(), asks_.end(),
                     [&](const auto& each) { return each.second.object == object; });
}

void puller::see_to_expected(const object_id& object, const ground& on) {
  pull* of = find(object);
  if (of == nullptr || of->locating == ask_number{} || !of->expects_pieces) return;
  if (!expects_pieces(object) && !RT_SIMBUG("pull.end_of_hope_untold")) locate(object, *of, on);
}

void puller::wait_a_while(const object_id& object, pull& of, const ground& on) {
  of.again_at = on.now + of.pause;
  of.pause = std::min(of.pause * 2, options_.asked_again_after_max);
  arm(object, of);
}

void puller::tick(const ground& on) {
  while (!timers_.empty() && timers_.begin()->first <= on.now) {
    const object_id object = timers_.begin()->second;
    pull& of = pulls_.at(object);
    if (of.again_at <= on.now) {
      locate(object, of, on);
    } else if (of.source != incarnation{} && !of.asks.empty() &&
               of.heard_at + of.patience <= on.now) {
      see_to_slow(object, of, on);
    }
    arm(object, of);
  }
  feed(on);
}

void puller::see_to_slow(const object_id& object, pull& of, const ground& on) {
  const incarnation slow = of.source;
  if (pick_source(object, of, on)) {
    of.failed.insert(slow);
    return;
  }
  // The owner knows of no other: then those who wait for pieces of ours are to be told.
  if (of.locating != ask_number{}) return source_failed(object, of, slow, on);
  of.heard_at = on.now;
  of.patience = std::min(of.patience * 2, options_.slow_after_max);
  of.failed.insert(slow);
  locate(object, of, on);
}

void puller::arm(const object_id& object, pull& of) {
  instant due = of.again_at;
  if (of.source != incarnation{} && !of.asks.empty()) {
    due = std::min(due, of.heard_at + of.patience);
  }
  if (due == of.due_at) return;
  timers_.erase({of.due_at, object});
  of.due_at = due;
  if (due != never) timers_.emplace(due, object);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::store::transfers
