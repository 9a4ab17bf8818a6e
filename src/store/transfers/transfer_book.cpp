#include "store/transfers/transfer_book.hpp"

#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace rt::store::transfers {
inline namespace RT_LANE_VARIANT {

transfer_book::transfer_book(incarnation self, const options& limits)
    : self_(self), owner_(limits), puller_(self, limits), server_(limits) {}

void transfer_book::fill_inline(const object_id& object, instant now, effects& out) {
  const std::size_t first = out.letters.size();
  owner_.fill_inline(object, out);
  talk_to_self(first, now, out);
}

void transfer_book::fail(const object_id& object, instant now, effects& out) {
  const std::size_t first = out.letters.size();
  owner_.fail(object, out);
  talk_to_self(first, now, out);
}

void transfer_book::fill_stored(const object_id& object, const content& of, incarnation holder,
                                instant now, effects& out) {
  const std::size_t first = out.letters.size();
  owner_.fill_stored(object, of, holder, out);
  talk_to_self(first, now, out);
}

void transfer_book::free(const object_id& object, instant now, effects& out) {
  const std::size_t first = out.letters.size();
  owner_.free(object, out);
  talk_to_self(first, now, out);
}

void transfer_book::cannot_rebuild(const object_id& object, loss why, instant now, effects& out) {
  const std::size_t first = out.letters.size();
  owner_.cannot_rebuild(object, why, out);
  talk_to_self(first, now, out);
}

buffer_number transfer_book::keep(const object_id& object, const content& of, instant now,
                                  effects& out) {
  const std::size_t first = out.letters.size();
  held_.drop(object, out);
  held_copy& made = held_.make(object, of, out);
  made.complete = true;
  made.here.add(0, of.bytes);
  const buffer_number buffer = made.buffer;
  teller_.tell_held(object, of, out);
  puller_.made_here(object, ground(now, out));
  server_.progressed(object, held_, out);
  // Nobody would ever free it.
  if (dead_.count(owner_of(object)) != 0) held_.drop(object, out);
  talk_to_self(first, now, out);
  return buffer;
}

void transfer_book::drop(const object_id& object, instant now, effects& out) {
  const held_copy* copy = held_.find(object);
  if (copy == nullptr || !copy->complete) return;
  const std::size_t first = out.letters.size();
  held_.drop(object, out);
  teller_.tell_gone(object, out);
  talk_to_self(first, now, out);
}

void transfer_book::want(const object_id& object, wait_number wait, instant now, effects& out) {
  const std::size_t first = out.letters.size();
  puller_.want(object, wait, ground(now, out));
  talk_to_self(first, now, out);
}

void transfer_book::unwant(const object_id& object, wait_number wait, instant now, effects& out) {
  const std::size_t first = out.letters.size();
  puller_.unwant(object, wait, ground(now, out));
  talk_to_self(first, now, out);
}

void transfer_book::take(incarnation from, const message& what, instant now, effects& out) {
  if (dead_.count(from) != 0) return;
  const std::size_t first = out.letters.size();
  take_one(from, what, now, out);
  talk_to_self(first, now, out);
}

void transfer_book::unanswered(ask_number number, instant now, effects& out) {
  const std::size_t first = out.letters.size();
  if (const object_id object = teller_.unanswered(number)) {
    const held_copy* copy = held_.find(object);
    if (copy != nullptr && copy->complete) teller_.tell_held(object, copy->of, out);
    else if (!puller_.pulls(object)) teller_.tell_gone(object, out);
  } else if (!owner_.unanswered(number, out)) {
    puller_.unanswered(number, ground(now, out));
  }
  talk_to_self(first, now, out);
}

void transfer_book::died(incarnation process, instant now, effects& out) {
  if (!dead_.insert(process).second) return;
  const std::size_t first = out.letters.size();
  teller_.died(process);
  owner_.died(process, out);
  puller_.died(process, ground(now, out));
  std::vector<object_id> orphans;
  for (const auto& [object, copy] : held_.copies()) {
    if (owner_of(object) == process) orphans.push_back(object);
  }
  for (const object_id& each : orphans) held_.drop(each, out);
  server_.died(process);
  talk_to_self(first, now, out);
}

void transfer_book::tick(instant now, effects& out) {
  const std::size_t first = out.letters.size();
  puller_.tick(ground(now, out));
  talk_to_self(first, now, out);
}

void transfer_book::talk_to_self(std::size_t first, instant now, effects& out) {
  see_to_waiting(out);
  for (std::size_t at = first; at < out.letters.size();) {
    if (out.letters[at].to != self_) {
      ++at;
      continue;
    }
    const message said = std::move(out.letters[at].what);
    out.letters.erase(out.letters.begin() + static_cast<std::ptrdiff_t>(at));
    take_one(self_, said, now, out);
    see_to_waiting(out);
  }
}

void transfer_book::see_to_waiting(effects& out) {
  std::vector<ask_number> in_vain;
  for (const auto& [number, early] : server_.waiting()) {
    const held_copy* copy = held_.find(early.asked.object);
    const bool to_come = copy != nullptr && early.asked.offset < copy->of.bytes &&
                         puller_.source_of(early.asked.object) != incarnation{};
    if (!to_come) in_vain.push_back(number);
  }
  for (const ask_number each : in_vain) server_.refuse(each, out);
}

void transfer_book::take_one(incarnation from, const message& what, instant now, effects& out) {
  std::visit(
      [&](const auto& each) {
        using taken = std::remove_cvref_t<decltype(each)>;
        if constexpr (std::is_same_v<taken, free_request>) {
          take_free(from, each, out);
        } else if constexpr (std::is_same_v<taken, pull_request>) {
          take_pull_request(from, each, out);
        } else if constexpr (std::is_same_v<taken, copies_reply>) {
          teller_.answered(each.number);
        } else if constexpr (std::is_same_v<taken, locate_reply>) {
          puller_.take(from, each, ground(now, out));
        } else if constexpr (std::is_same_v<taken, pull_reply>) {
          if (puller_.take(from, each, ground(now, out))) {
            server_.progressed(each.object, held_, out);
          }
        } else {
          owner_.take(from, each, out);
        }
      },
      what);
}

void transfer_book::take_free(incarnation from, const free_request& told, effects& out) {
  out.letters.push_back({from, free_reply{told.number}});
  const held_copy* copy = held_.find(told.object);
  // What is still being pulled ends when its owner is asked the next time.
  if (copy != nullptr && copy->complete && owner_of(told.object) == from) {
    held_.drop(told.object, out);
  }
}

void transfer_book::take_pull_request(incarnation from, const pull_request& asked, effects& out) {
  const server::whereabouts here{puller_.pulls(asked.object), puller_.source_of(asked.object)};
  if (server_.take(from, asked, here, held_, out)) return;
  // Whoever sent it here believes that there is one.
  teller_.tell_gone(asked.object, out);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::store::transfers
