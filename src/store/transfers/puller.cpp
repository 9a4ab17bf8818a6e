#include "store/transfers/puller.hpp"

#include "core/planted_bug.hpp"

#include <algorithm>
#include <utility>

// The beginning and the end of a pull, and its pieces. Whom they are asked from is in
// pull_sources.cpp.
namespace rt::store::transfers {
inline namespace RT_LANE_VARIANT {

pull* puller::find(const object_id& object) {
  const auto at = pulls_.find(object);
  return at == pulls_.end() ? nullptr : &at->second;
}

incarnation puller::source_of(const object_id& object) const {
  const auto at = pulls_.find(object);
  return at == pulls_.end() ? incarnation{} : at->second.source;
}

void puller::want(const object_id& object, wait_number wait, const ground& on) {
  const held_copy* here = on.held.find(object);
  if (here != nullptr && here->complete) {
    on.out.ended.push_back({wait, object, wait_end::here, loss::none, here->buffer});
    return;
  }
  if (dead_.count(owner_of(object)) != 0) {
    on.out.ended.push_back({wait, object, wait_end::lost, loss::owner_died, {}});
    return;
  }
  const auto [at, begun] = pulls_.try_emplace(object);
  pull& of = at->second;
  of.waits.push_back(wait);
  if (!begun) return;
  of.arrived = ++newest_pull_;
  of.patience = options_.slow_after;
  of.pause = options_.asked_again_after;
  locate(object, of, on);
}

void puller::unwant(const object_id& object, wait_number wait, const ground& on) {
  pull* of = find(object);
  if (of == nullptr) return;
  const auto gone = std::find(of->waits.begin(), of->waits.end(), wait);
  if (gone == of->waits.end()) return;
  of->waits.erase(gone);
  if (!of->waits.empty()) return;
  erase(object);
  on.held.drop(object, on.out);
  on.teller.tell_gone(object, on.out);
  feed(on);
}

void puller::made_here(const object_id& object, const ground& on) {
  if (find(object) == nullptr) return;
  complete(object, on);
  feed(on);
}

bool puller::take(incarnation from, const pull_reply& answered, const ground& on) {
  const auto at = asks_.find(answered.number);
  if (at == asks_.end() || at->second.to != from) return false;
  const piece_ask asked = at->second;
  asks_.erase(at);
  pull* of = find(asked.object);
  if (!asked.left_behind) {
    give_back(asked);
    of->asks.erase(std::find(of->asks.begin(), of->asks.end(), answered.number));
  }
  bool more = false;
  if (of != nullptr && answered.what == pull_reply::answer::piece) {
    more = take_piece(asked, answered, *of, on);
  } else if (of != nullptr && !asked.left_behind) {
    if (answered.what == pull_reply::answer::ask_others) add_sources(*of, answered.others);
    source_failed(asked.object, *of, from, on);
  }
  feed(on);
  see_to_expected(asked.object, on);
  return more;
}

bool puller::take_piece(const piece_ask& asked, const pull_reply& answered, pull& of,
                        const ground& on) {
  held_copy* here = on.held.find(asked.object);
  if (here == nullptr) return false;  // a pull that has begun anew, and is not told what of yet
  const std::uint64_t end = answered.offset + answered.bytes;
  const bool asked_for =
      answered.offset == asked.offset && answered.bytes != 0 && answered.bytes <= asked.bytes;
  const bool same = answered.of == here->of || RT_SIMBUG("pull.mixes_copies");
  if (!asked_for || !same) {
    if (!asked.left_behind) source_failed(asked.object, of, asked.to, on);
    return false;
  }
  if (of.source == asked.to) {
    of.heard_at = on.now;
    of.failed.erase(asked.to);
  }
  hungry_.emplace(of.arrived, asked.object);
  // It may have come from elsewhere meanwhile.
  if (here->here.end_of(answered.offset) >= end) return false;
  of.patience = options_.slow_after;
  of.pause = options_.asked_again_after;
  on.out.written.push_back({here->buffer, answered.offset, answered.bytes});
  here->here.add(answered.offset, end);
  if (here->here.end_of(0) == here->of.bytes) {
    here->complete = true;
    on.teller.tell_held(asked.object, here->of, on.out);
    complete(asked.object, on);
  }
  return true;
}

void puller::complete(const object_id& object, const ground& on) {
  const buffer_number buffer = on.held.find(object)->buffer;
  for (const wait_number each : find(object)->waits) {
    on.out.ended.push_back({each, object, wait_end::here, loss::none, buffer});
  }
  erase(object);
}

void puller::end(const object_id& object, wait_end how, loss why, const ground& on) {
  for (const wait_number each : find(object)->waits) {
    on.out.ended.push_back({each, object, how, why, {}});
  }
  erase(object);
  on.held.drop(object, on.out);
}

void puller::erase(const object_id& object) {
  const auto at = pulls_.find(object);
  leave_behind(at->second);
  hungry_.erase(at->second.arrived);
  timers_.erase({at->second.due_at, object});
  pulls_.erase(at);
}

void puller::leave_behind(pull& of) {
  for (const ask_number each : of.asks) {
    piece_ask& asked = asks_.at(each);
    asked.left_behind = true;
    give_back(asked);
  }
  of.asks.clear();
}

void puller::give_back(const piece_ask& asked) { budget_used_ -= asked.bytes; }

void puller::unanswered(ask_number number, const ground& on) {
  const auto located = locates_.find(number);
  if (located != locates_.end()) {
    const object_id object = located->second;
    locates_.erase(located);
    pull* of = find(object);
    if (of == nullptr || of->locating != number) return;
    of->locating = {};
    if (of->source == incarnation{}) wait_a_while(object, *of, on);
    return;
  }
  const auto at = asks_.find(number);
  if (at == asks_.end()) return;
  const piece_ask asked = at->second;
  asks_.erase(at);
  if (!asked.left_behind) {
    if (!RT_SIMBUG("budget.leak_on_error")) give_back(asked);
    pull& of = pulls_.at(asked.object);
    of.asks.erase(std::find(of.asks.begin(), of.asks.end(), number));
    source_failed(asked.object, of, asked.to, on);
    feed(on);
  }
  see_to_expected(asked.object, on);
}

void puller::died(incarnation process, const ground& on) {
  if (!dead_.insert(process).second) return;
  std::vector<object_id> owned;
  for (const auto& [object, of] : pulls_) {
    if (owner_of(object) == process) owned.push_back(object);
  }
  for (const object_id& each : owned) end(each, wait_end::lost, loss::owner_died, on);
  for (auto each = locates_.begin(); each != locates_.end();) {
    each = owner_of(each->second) == process ? locates_.erase(each) : std::next(each);
  }
  std::vector<object_id> expected;
  for (auto each = asks_.begin(); each != asks_.end();) {
    const piece_ask asked = each->second;
    if (asked.to != process) {
      ++each;
      continue;
    }
    expected.push_back(asked.object);
    each = asks_.erase(each);
    if (asked.left_behind) continue;
    give_back(asked);
    std::vector<ask_number>& asks = pulls_.at(asked.object).asks;
    asks.erase(asks.begin());  // all of them go
  }
  for (auto& [object, of] : pulls_) {
    if (of.source == process) source_failed(object, of, process, on);
  }
  feed(on);
  for (const object_id& each : expected) see_to_expected(each, on);
}

void puller::feed(const ground& on) {
  for (auto each = hungry_.begin(); each != hungry_.end();) {
    pull& of = pulls_.at(each->second);
    asking did = asking::asked;
    while (did == asking::asked) did = ask_one(each->second, of, on);
    // The younger do not overtake it, however little they want.
    if (did == asking::over_budget) return;
    each = hungry_.erase(each);
  }
}

puller::asking puller::ask_one(const object_id& object, pull& of, const ground& on) {
  if (of.source == incarnation{} || of.asks.size() >= options_.window) return asking::nothing;
  const held_copy& here = *on.held.find(object);
  const std::uint64_t total = here.of.bytes;
  // The first gap between what is here and what was asked for.
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  for (bool moved = true; moved;) {
    begin = here.here.end_of(begin);
    end = here.here.next_after(begin, total);
    moved = false;
    for (const ask_number number : of.asks) {
      const piece_ask& asked = asks_.at(number);
      if (asked.offset > begin) {
        end = std::min(end, asked.offset);
      } else if (asked.offset + asked.bytes > begin) {
        begin = asked.offset + asked.bytes;
        moved = true;
      }
    }
  }
  if (begin >= total) return asking::nothing;
  const std::uint64_t bytes = std::min(end - begin, options_.chunk_bytes_max);
  if (budget_used_ != 0 && budget_used_ + bytes > options_.budget_bytes) {
    return asking::over_budget;
  }
  budget_used_ += bytes;
  const ask_number number = numbers_.next();
  asks_[number] = {object, of.source, begin, bytes, false};
  if (of.asks.empty()) of.heard_at = on.now;
  of.asks.push_back(number);
  on.out.letters.push_back({of.source, pull_request{number, object, begin, bytes}});
  arm(object, of);
  return asking::asked;
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::store::transfers
