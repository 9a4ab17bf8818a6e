#include "store/transfers/copy_book.hpp"

#include "core/planted_bug.hpp"

#include <algorithm>
#include <utility>

namespace rt::store::transfers {
inline namespace RT_LANE_VARIANT {

using state = copy_record::state;

namespace {

constexpr auto pending = locate_reply::answer::pending;
constexpr auto lost = locate_reply::answer::lost;

locate_reply plain_reply(ask_number number, const object_id& object, locate_reply::answer what,
                         loss why = loss::none) {
  return {number, object, what, why, {}, {}};
}

}  // namespace

copy_record* copy_book::find(const object_id& object) {
  const auto at = records_.find(object);
  return at == records_.end() ? nullptr : &at->second;
}

void copy_book::fill_inline(const object_id& object, effects& out) {
  copy_record* record = find(object);
  if (record == nullptr) return;
  record->what = state::inline_value;
  settle(object, *record, out);
}

void copy_book::fail(const object_id& object, effects& out) {
  copy_record* record = find(object);
  if (record == nullptr) return;
  record->what = state::failed;
  settle(object, *record, out);
}

void copy_book::fill_stored(const object_id& object, const content& of, incarnation holder,
                            effects& out) {
  copy_record* record = find(object);
  if (record == nullptr) return tell_to_free(holder, object, out);
  const auto known =
      std::remove_if(record->copies.begin(), record->copies.end(),
                     [&](const copy_record::copy& each) { return each.holder == holder; });
  record->copies.erase(known, record->copies.end());
  if (dead_.count(holder) == 0) record->copies.insert(record->copies.begin(), {holder, of});
  record->of = of;
  record->what = state::stored;
  settle(object, *record, out);
}

void copy_book::free(const object_id& object, effects& out) {
  const auto at = records_.find(object);
  if (at == records_.end()) return;
  copy_record record = std::move(at->second);
  records_.erase(at);
  for (const copy_record::copy& each : record.copies) tell_to_free(each.holder, object, out);
  for (const copy_record::wait& each : record.waits) {
    out.letters.push_back({each.from, plain_reply(each.number, object, lost, loss::freed)});
  }
}

void copy_book::rebuilding(const object_id& object) {
  copy_record* record = find(object);
  if (record != nullptr && record->what == state::undecided) record->what = state::remaking;
}

void copy_book::cannot_rebuild(const object_id& object, loss why, effects& out) {
  copy_record* record = find(object);
  // A copy may have turned up meanwhile.
  if (record == nullptr || (record->what != state::undecided && record->what != state::remaking)) {
    return;
  }
  record->what = state::lost;
  record->why = why;
  settle(object, *record, out);
}

void copy_book::take(incarnation from, const locate_request& asked, effects& out) {
  if (dead_.count(from) != 0) return;
  copy_record* record = find(asked.object);
  if (record == nullptr) {
    out.letters.push_back({from, plain_reply(asked.number, asked.object, lost, loss::freed)});
    return;
  }
  record->waits.push_back({from, asked.number, asked.failed, asked.expects_pieces});
  settle(asked.object, *record, out);
  if (asked.wait || record->waits.empty() || record->waits.back().number != asked.number) return;
  record->waits.pop_back();
  out.letters.push_back({from, plain_reply(asked.number, asked.object, pending)});
}

void copy_book::take(incarnation from, const copies_request& told, effects& out) {
  if (dead_.count(from) != 0) return;
  out.letters.push_back({from, copies_reply{told.number}});
  std::uint64_t& newest = heard_up_to_[from];
  if (told.since <= newest) return;
  newest = std::max(newest, told.since);
  copy_record* record = find(told.object);
  if (record == nullptr) {
    if (told.held) tell_to_free(from, told.object, out);
    return;
  }
  if (told.held) {
    const auto known =
        std::find_if(record->copies.begin(), record->copies.end(),
                     [&](const copy_record::copy& each) { return each.holder == from; });
    if (known != record->copies.end()) known->of = told.of;
    else record->copies.push_back({from, told.of});
    // Also of one that was given up, or is being made again: what is there need not be waited for.
    const bool given_up = record->what == state::undecided || record->what == state::remaking ||
                          record->what == state::lost;
    if (given_up && record->has_copy()) record->what = state::stored;
  } else {
    record->strike(from);
    // It pulls no more; but what it asked is to be answered.
    const auto first =
        std::stable_partition(record->waits.begin(), record->waits.end(),
                              [&](const copy_record::wait& each) { return each.from != from; });
    for (auto each = first; each != record->waits.end(); ++each) {
      out.letters.push_back({from, plain_reply(each->number, told.object, pending)});
    }
    record->waits.erase(first, record->waits.end());
  }
  settle(told.object, *record, out);
}

void copy_book::take(incarnation from, const free_reply& answered, effects&) {
  const auto told = freeing_.find(answered.number);
  if (told != freeing_.end() && told->second.holder == from) freeing_.erase(told);
}

bool copy_book::unanswered(ask_number number, effects& out) {
  const auto told = freeing_.find(number);
  if (told == freeing_.end()) return false;
  const told_to_free again = told->second;
  freeing_.erase(told);
  tell_to_free(again.holder, again.object, out);
  return true;
}

void copy_book::died(incarnation process, effects& out) {
  if (!dead_.insert(process).second) return;
  heard_up_to_.erase(process);
  for (auto each = freeing_.begin(); each != freeing_.end();) {
    each = each->second.holder == process ? freeing_.erase(each) : std::next(each);
  }
  for (auto& [object, record] : records_) {
    const auto gone = std::remove_if(record.waits.begin(), record.waits.end(),
                                     [&](const auto& each) { return each.from == process; });
    record.waits.erase(gone, record.waits.end());
    if (!RT_SIMBUG("source.dead_kept")) record.strike(process);
    settle(object, record, out);
  }
}

void copy_book::tell_to_free(incarnation holder, const object_id& object, effects& out) {
  if (dead_.count(holder) != 0) return;
  const ask_number number = numbers_.next();
  freeing_[number] = {holder, object};
  out.letters.push_back({holder, free_request{number, object}});
}

void copy_book::answer(const object_id& object, copy_record& record, const copy_record::wait& wait,
                       effects& out) {
  locate_reply reply = plain_reply(wait.number, object, pending);
  switch (record.what) {
    case state::pending:
    case state::undecided:
    case state::remaking: break;  // never: see `settle`
    case state::inline_value: reply.what = locate_reply::answer::inline_value; break;
    case state::failed: reply.what = locate_reply::answer::failed; break;
    case state::lost:
      reply.what = lost;
      reply.why = record.why;
      break;
    case state::stored:
      reply.what = locate_reply::answer::stored;
      reply.of = record.of;
      reply.sources =
          record.send_to(wait.from, wait.failed, options_.fed_max, options_.sources_max);
      break;
  }
  // Whoever is not told to pull pulls no more.
  if (record.what != state::stored) record.strike(wait.from);
  out.letters.push_back({wait.from, std::move(reply)});
}

void copy_book::settle(const object_id& object, copy_record& record, effects& out) {
  if (record.waits.empty() || record.what == state::pending || record.what == state::undecided ||
      record.what == state::remaking) {
    return;
  }
  if (record.what == state::stored && !record.has_copy()) {
    if (!record.nobody_left() && !RT_SIMBUG("copies.lost_while_pulled")) return;
    record.what = state::undecided;
    out.rebuild.push_back(object);
    return;
  }
  const std::vector<copy_record::wait> waits = std::move(record.waits);
  record.waits.clear();
  for (const copy_record::wait& each : waits) answer(object, record, each, out);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::store::transfers
