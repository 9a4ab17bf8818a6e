#pragma once

#include <utility>
#include <variant>
#include <vector>

#include "store/transfers/messages.hpp"
#include "wire/message.hpp"

// The messages of transfers as they cross the wire. In these simulations a process is its own
// number on each session, its incarnation, so nothing is named first.
namespace transfers_over_wire {

using namespace rt;
using namespace rt::store::transfers;

inline std::vector<wire::process_number> numbers_of(const std::vector<incarnation>& processes) {
  std::vector<wire::process_number> numbers;
  for (const incarnation each : processes) {
    numbers.push_back(static_cast<wire::process_number>(each));
  }
  return numbers;
}
inline std::vector<incarnation> processes_of(const std::vector<wire::process_number>& numbers) {
  std::vector<incarnation> processes;
  for (const wire::process_number each : numbers) processes.push_back(incarnation{each});
  return processes;
}

inline wire::message to_wire(const locate_request& from) {
  wire::locate_request made;
  made.counter = from.object.counter;
  made.wait = from.wait;
  made.failed = numbers_of(from.failed);
  made.expects_pieces = from.expects_pieces;
  return made;
}
inline wire::message to_wire(const locate_reply& from) {
  wire::locate_reply made;
  switch (from.what) {
    case locate_reply::answer::pending: made.object = wire::object_pending{}; break;
    case locate_reply::answer::inline_value: made.object = wire::inline_result{}; break;
    case locate_reply::answer::failed: made.object = wire::failure{}; break;
    case locate_reply::answer::lost: {
      wire::failure why;
      why.code = errc::connection;
      why.text = std::to_string(static_cast<unsigned>(from.why));
      made.object = why;
      break;
    }
    case locate_reply::answer::stored: {
      wire::object_stored stored{from.of.bytes, from.of.checksum, {}, {}};
      for (const wire::process_number each : numbers_of(from.sources)) {
        stored.sources.push_back({each, 0, 0, 0, from.of.bytes});
      }
      made.object = stored;
      break;
    }
  }
  return made;
}
inline wire::message to_wire(const copies_request& from) {
  wire::copy_entry entry;
  entry.counter = from.object.counter;
  entry.place.bytes = from.of.bytes;
  entry.checksum = from.of.checksum;
  entry.change = from.held ? wire::copy_change::held : wire::copy_change::gone;
  return wire::copies_request{from.since, {entry}};
}
inline wire::message to_wire(const pull_request& from) {
  return wire::pull_request{from.object, from.offset, static_cast<std::uint32_t>(from.bytes_max)};
}
inline wire::message to_wire(const pull_reply& from) {
  wire::pull_reply made;
  made.answer = static_cast<wire::pull_answer>(from.what);
  made.object = from.object;
  made.bytes_total = from.of.bytes;
  made.checksum = from.of.checksum;
  made.offset = from.offset;
  made.others = numbers_of(from.others);
  return made;
}
inline wire::message to_wire(const free_request& from) {
  return wire::free_request{{from.object.counter}};
}
inline wire::message to_wire(const copies_reply&) { return wire::copies_reply{}; }
inline wire::message to_wire(const free_reply&) { return wire::free_reply{}; }

/// Shape: `owner` is whose object it is about: of a request to an owner its receiver, else its
/// sender.
inline message from_wire(const wire::message& read, ask_number number, incarnation owner,
                         std::size_t tail_bytes) {
  const auto id = [&](std::uint64_t counter) {
    return object_id{static_cast<std::uint64_t>(owner), counter};
  };
  if (const auto* each = std::get_if<wire::locate_request>(&read)) {
    return locate_request{number, id(each->counter), each->wait, processes_of(each->failed),
                          each->expects_pieces};
  }
  if (const auto* each = std::get_if<wire::copies_request>(&read)) {
    const wire::copy_entry& entry = each->copies.at(0);
    return copies_request{number,
                          each->since,
                          id(entry.counter),
                          entry.change == wire::copy_change::held,
                          {entry.place.bytes, entry.checksum}};
  }
  if (const auto* each = std::get_if<wire::free_request>(&read)) {
    return free_request{number, id(each->counters.at(0))};
  }
  if (const auto* each = std::get_if<wire::pull_request>(&read)) {
    return pull_request{number, each->object, each->offset, each->bytes_max};
  }
  if (const auto* each = std::get_if<wire::pull_reply>(&read)) {
    return pull_reply{number,
                      each->object,
                      static_cast<pull_reply::answer>(each->answer),
                      {each->bytes_total, each->checksum},
                      each->offset,
                      tail_bytes,
                      {},
                      processes_of(each->others)};
  }
  if (std::holds_alternative<wire::copies_reply>(read)) return copies_reply{number};
  if (std::holds_alternative<wire::free_reply>(read)) return free_reply{number};
  const auto& answer = std::get<wire::locate_reply>(read);
  locate_reply made{number, {}, locate_reply::answer::pending, loss::none, {}, {}};
  if (std::holds_alternative<wire::inline_result>(answer.object)) {
    made.what = locate_reply::answer::inline_value;
  } else if (const auto* why = std::get_if<wire::failure>(&answer.object)) {
    made.what = locate_reply::answer::lost;
    made.why = static_cast<loss>(std::stoul(why->text));
  } else if (const auto* stored = std::get_if<wire::object_stored>(&answer.object)) {
    made.what = locate_reply::answer::stored;
    made.of = {stored->bytes, stored->checksum};
    for (const wire::place& each : stored->sources) {
      made.sources.push_back(incarnation{each.holder});
    }
  }
  return made;
}

}  // namespace transfers_over_wire
