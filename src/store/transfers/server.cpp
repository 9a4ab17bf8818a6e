#include "store/transfers/server.hpp"

#include "core/planted_bug.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace rt::store::transfers {
inline namespace RT_LANE_VARIANT {
namespace {

constexpr std::size_t served_to_max = 4;

pull_reply refusal(const pull_request& asked, pull_reply::answer what,
                   std::vector<incarnation> others = {}) {
  return {asked.number, asked.object, what, {}, asked.offset, 0, {}, std::move(others)};
}

}  // namespace

bool server::take(incarnation from, const pull_request& asked, const whereabouts& here,
                  held_table& held, effects& out) {
  using answer = pull_reply::answer;
  held_copy* copy = held.find(asked.object);
  if (copy == nullptr && !here.pulled) {
    out.letters.push_back({from, refusal(asked, answer::no_copy)});
    return false;
  }
  const bool within = copy != nullptr && asked.offset < copy->of.bytes;
  const bool room = waiting_.size() + leaving_.size() < options_.served_max;
  const bool there = within && copy->here.end_of(asked.offset) > asked.offset;
  // Without a source there may never be more; and two that ask each other would wait for ever.
  const bool to_come = here.source != incarnation{} && here.source != from;
  if (within && room && (there || to_come)) {
    if (there || RT_SIMBUG("serve.what_is_not_there")) serve(from, asked, *copy, held, out);
    else waiting_.emplace(asked.number, early{from, asked});
    return true;
  }
  std::vector<incarnation> others;
  if (within) {
    std::copy_if(copy->served_to.begin(), copy->served_to.end(), std::back_inserter(others),
                 [&](incarnation each) { return each != from; });
  }
  out.letters.push_back({from, refusal(asked, answer::ask_others, std::move(others))});
  return true;
}

void server::serve(incarnation from, const pull_request& asked, held_copy& copy, held_table& held,
                   effects& out) {
  std::uint64_t end = copy.here.end_of(asked.offset);
  if (RT_SIMBUG("serve.what_is_not_there")) end = copy.of.bytes;
  const std::uint64_t bytes = std::min(end - asked.offset, asked.bytes_max);
  held.pin(copy.buffer);
  leaving_.emplace(asked.number, copy.buffer);
  std::vector<incarnation>& lately = copy.served_to;
  lately.erase(std::remove(lately.begin(), lately.end(), from), lately.end());
  if (lately.size() == served_to_max) lately.erase(lately.begin());
  lately.push_back(from);
  out.letters.push_back({from, pull_reply{asked.number,
                                          asked.object,
                                          pull_reply::answer::piece,
                                          copy.of,
                                          asked.offset,
                                          bytes,
                                          copy.buffer,
                                          {}}});
}

void server::progressed(const object_id& object, held_table& held, effects& out) {
  held_copy* copy = held.find(object);
  if (copy == nullptr) return;
  for (auto each = waiting_.begin(); each != waiting_.end();) {
    const early& waits = each->second;
    if (waits.asked.object != object ||
        copy->here.end_of(waits.asked.offset) == waits.asked.offset) {
      ++each;
      continue;
    }
    serve(waits.from, waits.asked, *copy, held, out);
    each = waiting_.erase(each);
  }
}

void server::refuse(ask_number number, effects& out) {
  const auto at = waiting_.find(number);
  out.letters.push_back(
      {at->second.from, refusal(at->second.asked, pull_reply::answer::ask_others)});
  waiting_.erase(at);
}

void server::left(ask_number number, held_table& held, effects& out) {
  const auto at = leaving_.find(number);
  if (at == leaving_.end()) return;
  const buffer_number buffer = at->second;
  leaving_.erase(at);
  held.unpin(buffer, out);
}

void server::died(incarnation process) {
  for (auto each = waiting_.begin(); each != waiting_.end();) {
    each = each->second.from == process ? waiting_.erase(each) : std::next(each);
  }
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::store::transfers
