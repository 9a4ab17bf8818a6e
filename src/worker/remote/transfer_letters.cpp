#include "core/fault_site.hpp"
#include "worker/remote/object_errors.hpp"
#include "worker/remote/object_transfers.hpp"
#include "worker/remote/transfers_outside.hpp"

#include <rt/core/error.hpp>

#include <algorithm>
#include <utility>
#include <variant>

// What is said of copies and pieces, and heard.

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

namespace transfers = store::transfers;

wire::process_number object_transfers::number_of(std::uint64_t process, rpc::session_id on,
                                                 wire::names_notice& to_tell) {
  if (process == static_cast<std::uint64_t>(book_.self())) return 0;
  return names_.of(on).number_of(
      {.incarnation = process, .address = processes_.address_of(process)}, to_tell);
}

transfers::incarnation object_transfers::process_of(wire::process_number number,
                                                    rpc::session_id on) {
  if (number == 0) return transfers::incarnation{board_.incarnation_at(on)};
  const session_names::process* const named = names_.of(on).find_process(number);
  if (named == nullptr) return {};
  processes_.learn(named->incarnation, named->address);
  return transfers::incarnation{named->incarnation};
}

transfers::ask_number object_transfers::remember(rpc::session_id session, std::uint64_t request) {
  const transfers::ask_number number{++last_number_};
  if (session) askers_[number] = {session, request};
  return number;
}

void object_transfers::send(const transfers::effects::letter& letter) {
  const auto to = static_cast<std::uint64_t>(letter.to);
  if (const auto* locate = std::get_if<transfers::locate_request>(&letter.what)) {
    wire::locate_request made;
    made.counter = locate->object.counter;
    made.wait = locate->wait;
    made.expects_pieces = locate->expects_pieces;
    if (!locate->failed.empty()) {
      if (const result<rpc::session_id> session = processes_.session_with(to)) {
        wire::names_notice to_tell;
        for (const transfers::incarnation each : locate->failed) {
          made.failed.push_back(number_of(static_cast<std::uint64_t>(each), *session, to_tell));
        }
        if (!to_tell.processes.empty()) {
          static_cast<void>(board_.endpoint().tell(*session, to_tell));
        }
      }
    }
    ask(to, locate->number, locate->object, made);
  } else if (const auto* copies = std::get_if<transfers::copies_request>(&letter.what)) {
    wire::copy_entry entry;
    entry.counter = copies->object.counter;
    entry.place.bytes = copies->of.bytes;
    entry.checksum = copies->of.checksum;
    entry.change = copies->held ? wire::copy_change::held : wire::copy_change::gone;
    ask(to, copies->number, copies->object, wire::copies_request{copies->since, {entry}});
  } else if (const auto* pull = std::get_if<transfers::pull_request>(&letter.what)) {
    ask(to, pull->number, pull->object,
        wire::pull_request{pull->object, pull->offset,
                           static_cast<std::uint32_t>(pull->bytes_max)});
  } else if (const auto* free = std::get_if<transfers::free_request>(&letter.what)) {
    ask(to, free->number, free->object, wire::free_request{{free->object.counter}});
  } else {
    answer(letter.what);
  }
}

void object_transfers::ask(std::uint64_t to, transfers::ask_number number, const object_id& object,
                           const wire::message& request) {
  const result<rpc::session_id> session = std::holds_alternative<wire::pull_request>(request)
                                              ? processes_.bulk_session_with(to)
                                              : processes_.session_with(to);
  const auto handler = [this, to, number, object, session](result<rpc::arrival> came) {
    if (came) return take_answer(to, number, object, *session, *came);
    transfers::effects out;
    book_.unanswered(number, world_.now(), out);
    act(out);
  };
  if (session && board_.endpoint().ask(*session, request, handler)) return;
  // The book is told after this step.
  unanswered_.push_back(number);
  outside_->news.store(true, std::memory_order_release);
}

void object_transfers::take_answer(std::uint64_t from, transfers::ask_number number,
                                   const object_id& object, rpc::session_id session,
                                   const rpc::arrival& came) {
  const wire::message& said = came.envelope.message;
  transfers::message taken = transfers::copies_reply{number};
  brought with{.answer = nullptr, .from = session, .tail = came.tail.span()};
  if (std::holds_alternative<wire::free_reply>(said)) {
    taken = transfers::free_reply{number};
  } else if (const auto* piece = std::get_if<wire::pull_reply>(&said)) {
    transfers::pull_reply made;
    made.number = number;
    made.object = object;
    made.what = static_cast<transfers::pull_reply::answer>(piece->answer);
    made.of = {piece->bytes_total, piece->checksum};
    made.offset = piece->offset;
    made.bytes = came.tail.size();
    for (const wire::process_number each : piece->others) {
      const transfers::incarnation named = process_of(each, session);
      if (named != transfers::incarnation{}) made.others.push_back(named);
    }
    taken = std::move(made);
  } else if (const auto* located = std::get_if<wire::locate_reply>(&said)) {
    using answer = transfers::locate_reply::answer;
    with.answer = located;
    transfers::locate_reply made;
    made.number = number;
    made.object = object;
    if (std::holds_alternative<wire::inline_result>(located->object)) {
      made.what = answer::inline_value;
    } else if (const auto* failed = std::get_if<wire::failure>(&located->object)) {
      const bool gone = failed->exception.bytes.empty() &&
                        (failed->code == errc::object_lost || failed->code == errc::owner_died);
      made.what = gone ? answer::lost : answer::failed;
    } else if (const auto* stored = std::get_if<wire::object_stored>(&located->object)) {
      // No content is empty; a pull of one would never end.
      if (stored->bytes == 0) return board_.endpoint().close(session);
      made.what = answer::stored;
      made.of = {stored->bytes, stored->checksum};
      for (const wire::place& each : stored->sources) {
        const transfers::incarnation named = process_of(each.holder, session);
        if (named != transfers::incarnation{}) made.sources.push_back(named);
      }
    }
    taken = std::move(made);
  }
  transfers::effects out;
  book_.take(transfers::incarnation{from}, taken, world_.now(), out);
  act(out, with);
  const rpc::peer* const other = board_.other_side(session);
  if (other != nullptr && !other->only && RT_BUGGIFY("object_transfers.bulk_lost")) {
    board_.endpoint().close(session);
  }
}

void object_transfers::asked(rpc::session_id session, const rpc::arrival& request) {
  const rpc::peer* const other = board_.other_side(session);
  if (other == nullptr) return;
  const transfers::incarnation from{other->incarnation};
  const std::uint64_t self = static_cast<std::uint64_t>(book_.self());
  const std::uint64_t number = request.envelope.number;
  const wire::message& asks = request.envelope.message;
  const instant now = world_.now();
  transfers::effects out;
  if (const auto* locate = std::get_if<wire::locate_request>(&asks)) {
    transfers::locate_request made;
    made.number = remember(session, number);
    made.object = {self, locate->counter};
    made.wait = locate->wait;
    made.expects_pieces = locate->expects_pieces;
    for (const wire::process_number each : locate->failed) {
      made.failed.push_back(process_of(each, session));
    }
    host_.asked_for(made.object);
    book_.take(from, made, now, out);
  } else if (const auto* copies = std::get_if<wire::copies_request>(&asks)) {
    // Of several the book would take the first alone, since they have one number.
    if (copies->copies.size() != 1) return board_.endpoint().close(session);
    const wire::copy_entry& told = copies->copies.front();
    book_.take(from,
               transfers::copies_request{remember(session, number),
                                         copies->since,
                                         {self, told.counter},
                                         told.change != wire::copy_change::gone,
                                         {told.place.bytes, told.checksum}},
               now, out);
  } else if (const auto* pull = std::get_if<wire::pull_request>(&asks)) {
    book_.take(from,
               transfers::pull_request{remember(session, number), pull->object, pull->offset,
                                       pull->bytes_max},
               now, out);
  } else if (const auto* free = std::get_if<wire::free_request>(&asks)) {
    if (free->counters.empty()) return board_.endpoint().close(session);
    for (const std::uint64_t& each : free->counters) {
      // One answer, for all of them.
      const bool last = &each == &free->counters.back();
      book_.take(from,
                 transfers::free_request{remember(last ? session : rpc::session_id{}, number),
                                         {other->incarnation, each}},
                 now, out);
    }
  }
  act(out);
}

void object_transfers::answer(const transfers::message& what) {
  const transfers::ask_number number =
      std::visit([](const auto& each) { return each.number; }, what);
  const auto asked = askers_.extract(number);
  if (asked.empty()) {
    // Nobody waits for it; a piece of it has left as far as the book is concerned.
    if (std::holds_alternative<transfers::pull_reply>(what)) outside_->leave(number);
    return;
  }
  const asker& to = asked.mapped();
  if (const auto* piece = std::get_if<transfers::pull_reply>(&what))
    return answer_piece(*piece, to);
  wire::message told;
  if (std::holds_alternative<transfers::copies_reply>(what)) told = wire::copies_reply{};
  if (std::holds_alternative<transfers::free_reply>(what)) told = wire::free_reply{};
  if (const auto* located = std::get_if<transfers::locate_reply>(&what)) {
    using answer = transfers::locate_reply::answer;
    wire::locate_reply reply;
    wire::names_notice to_tell;
    if (located->what == answer::inline_value || located->what == answer::failed) {
      reply = host_.small_answer(located->object, to.session);
    } else if (located->what == answer::lost) {
      const error_info why = error_info::from(lost_error(located->object, located->why));
      reply.object = wire::failure{.code = why.code,
                                   .outcome = outcome::unknown,
                                   .text = why.message.substr(0, wire::limits::text_bytes_max),
                                   .exception = {}};
    } else if (located->what == answer::stored) {
      wire::object_stored stored{.bytes = located->of.bytes,
                                 .checksum = located->of.checksum,
                                 .sources = {},
                                 .carried = {}};
      for (const transfers::incarnation each : located->sources) {
        stored.sources.push_back(
            {.holder = number_of(static_cast<std::uint64_t>(each), to.session, to_tell),
             .bytes = located->of.bytes});
      }
      reply.object = std::move(stored);
    }
    if (!to_tell.processes.empty()) {
      static_cast<void>(board_.endpoint().tell(to.session, to_tell));
    }
    // It is sent here: what it sees may not outlive this.
    static_cast<void>(board_.endpoint().answer(to.session, to.request, reply));
    return;
  }
  static_cast<void>(board_.endpoint().answer(to.session, to.request, told));
}

void object_transfers::answer_piece(const transfers::pull_reply& piece, const asker& to) {
  wire::pull_reply told;
  told.answer = static_cast<wire::pull_answer>(piece.what);
  told.object = piece.object;
  told.bytes_total = piece.of.bytes;
  told.checksum = piece.of.checksum;
  told.offset = piece.offset;
  if (piece.what != transfers::pull_reply::answer::piece) {
    wire::names_notice to_tell;
    for (const transfers::incarnation each : piece.others) {
      told.others.push_back(number_of(static_cast<std::uint64_t>(each), to.session, to_tell));
    }
    if (!to_tell.processes.empty()) {
      static_cast<void>(board_.endpoint().tell(to.session, to_tell));
    }
    static_cast<void>(board_.endpoint().answer(to.session, to.request, told));
    return;
  }
  const std::shared_ptr<detail::byte_buffer> bytes = buffers_.at(piece.from).bytes;
  // Whoever lets go of it may be in the midst of something; the book hears of it after that.
  std::shared_ptr<const void> keeper(
      bytes->data(),
      [outside = outside_, bytes, number = piece.number](const void*) { outside->leave(number); });
  const std::span<const std::byte> tail =
      std::span<const std::byte>(bytes->data(), bytes->size()).subspan(piece.offset, piece.bytes);
  static_cast<void>(
      board_.endpoint().answer(to.session, to.request, told, tail, std::move(keeper)));
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
