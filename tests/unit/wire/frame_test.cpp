#include "wire/frame.hpp"

#include <string>

#include "support/catch.hpp"
#include "support/wire_values.hpp"
#include "wire/frame_writer.hpp"

namespace {

using namespace rt::wire;
using wire_test::bytes;

const frame_header sample{.version = 1,
                          .message_bytes = 0,
                          .tail_bytes = 0,
                          .cluster = 2,
                          .sender = 3,
                          .receiver = 4,
                          .job = {5, 6},
                          .session = 7,
                          .number = 8,
                          .acknowledged = 9,
                          .term = 10};

bytes written(const std::vector<envelope>& messages, const bytes& tail = {}) {
  frame_writer writer;
  for (const envelope& each : messages) {
    const auto added = writer.add(each.number, each.message);
    REQUIRE(added);
    REQUIRE(*added);
  }
  const auto front = writer.finish(sample, tail.size());
  bytes out(front.begin(), front.end());
  out.insert(out.end(), tail.begin(), tail.end());
  return out;
}

std::string refused(const bytes& from, session_stage stage = session_stage::open) {
  const bytes exact(from.begin(), from.end());
  const auto back = read_frame(exact, stage);
  if (back) return {};
  CHECK(back.error().code == rt::errc::serialization);
  return back.error().message;
}

bytes with(bytes from, std::size_t at, int value) {
  from[at] = static_cast<std::byte>(value);
  return from;
}

TEST_CASE("frame: reads as it was written", "[wire]") {
  std::vector<envelope> messages;
  wire_test::filler filled(1);
  wire_test::for_each_message([&]<class Message>(Message value) {
    if (Message::kind <= message_kind::hello_reply) return;  // the greeting has frames of its own
    filled.value(value);
    messages.push_back({wire_test::number_for(Message::kind), value});
  });
  const bytes out = written(messages);
  const auto back = read_frame(out, session_stage::open);
  REQUIRE(back);
  CHECK(back->messages == messages);
  CHECK(back->tail.empty());
  frame_header expected = sample;
  expected.message_bytes = static_cast<std::uint32_t>(out.size() - frame_header_bytes);
  CHECK(back->header == expected);
}

TEST_CASE("frame: is refused at every length but its own", "[wire]") {
  const bytes tail = wire_test::bytes_of("tail");
  const bytes whole = written({{.number = 5, .message = pull_reply{}}}, tail);
  CHECK(refused(whole).empty());
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const auto end = whole.begin() + static_cast<std::ptrdiff_t>(length);
    CHECK_FALSE(refused(bytes(whole.begin(), end)).empty());
  }
  bytes longer = whole;
  longer.push_back(std::byte{0});
  CHECK_FALSE(refused(longer).empty());
}

TEST_CASE("frame: one without messages carries its header's news", "[wire]") {
  const bytes out = written({});
  CHECK(out.size() == frame_header_bytes);
  const auto back = read_frame(out, session_stage::open);
  REQUIRE(back);
  CHECK(back->messages.empty());
  CHECK(back->header == sample);
}

TEST_CASE("frame_header: lies as its grammar says", "[wire]") {
  const bytes out = written({});
  CHECK(out[0] == std::byte{'R'});
  CHECK(out[1] == std::byte{'T'});
  CHECK(out[2] == std::byte{frame_header_bytes});
  CHECK(out[4] == std::byte{1});
  for (const int at : {16, 24, 32, 40, 48, 56, 64, 72, 80}) {
    CHECK(out[static_cast<std::size_t>(at)] == static_cast<std::byte>(at / 8));
  }
}

TEST_CASE("frame_header: a later version's fields are skipped", "[wire]") {
  bytes out = with(written({{.number = 0, .message = view_notice{}}}), 2, frame_header_bytes + 8);
  out.insert(out.begin() + frame_header_bytes, 8, std::byte{0xEE});
  const auto back = read_frame(out, session_stage::open);
  REQUIRE(back);
  CHECK(back->messages.size() == 1);
  CHECK(back->header.term == sample.term);
}

TEST_CASE("frame_header: refuses another magic and another length than its own", "[wire]") {
  const bytes whole = written({});
  CHECK(refused(with(whole, 0, 'X')) == "a frame cannot be read: it is no frame of this protocol");
  CHECK_FALSE(refused(with(whole, 2, frame_header_bytes - 1)).empty());
  CHECK_FALSE(refused(with(whole, 2, frame_header_bytes + 1)).empty());
  CHECK_FALSE(refused(with(whole, 3, 0xFF)).empty());
}

TEST_CASE("frame: refuses lengths that do not add up", "[wire]") {
  const bytes whole = written({{.number = 0, .message = view_notice{}}});
  for (std::size_t at = 8; at < 16; ++at) {
    for (const int value : {0x01, 0x7F, 0xFF}) {
      if (whole[at] == static_cast<std::byte>(value)) continue;
      CHECK_FALSE(refused(with(whole, at, value)).empty());
    }
  }
}

TEST_CASE("frame: a tail needs the one message that announces it", "[wire]") {
  const bytes tail = wire_test::bytes_of("tail");
  const envelope piece{.number = 5, .message = pull_reply{}};
  const bytes out = written({piece}, tail);
  const auto back = read_frame(out, session_stage::open);
  REQUIRE(back);
  CHECK(back->tail == byte_view(tail));

  CHECK_FALSE(refused(written({piece, piece}, tail)).empty());
  CHECK_FALSE(refused(written({}, tail)).empty());
  CHECK_FALSE(refused(written({{.number = 0, .message = view_notice{}}}, tail)).empty());
  pull_reply none;
  none.answer = pull_answer::no_copy;
  CHECK_FALSE(refused(written({{.number = 5, .message = none}}, tail)).empty());
}

TEST_CASE("frame: tails and messages have their limits", "[wire]") {
  const envelope piece{.number = 5, .message = pull_reply{}};
  CHECK(refused(written({piece}, bytes(limits::chunk_bytes_max))).empty());
  CHECK_FALSE(refused(written({piece}, bytes(limits::chunk_bytes_max + 1))).empty());

  bytes long_one = written({});
  long_one.resize(limits::control_bytes_max + 1);
  store_little_endian(long_one.data() + 8,
                      static_cast<std::uint32_t>(long_one.size() - frame_header_bytes));
  CHECK(refused(long_one) == "a frame cannot be read: its messages are longer than their limit");
}

TEST_CASE("frame: before the greeting only a greeting is taken, alone and short", "[wire]") {
  const envelope hello{.number = 1, .message = hello_request{}};
  const envelope answer{.number = 1, .message = hello_reply{}};
  const envelope goodbye{.number = 0, .message = goodbye_notice{}};
  const envelope other{.number = 0, .message = view_notice{}};
  const auto greeting = session_stage::greeting;
  CHECK(refused(written({hello}), greeting).empty());
  CHECK(refused(written({answer}), greeting).empty());
  CHECK(refused(written({goodbye}), greeting).empty());
  CHECK_FALSE(refused(written({other}), greeting).empty());
  CHECK_FALSE(refused(written({hello, hello}), greeting).empty());
  CHECK_FALSE(refused(written({hello})).empty());
  CHECK_FALSE(refused(written({answer})).empty());
  CHECK(refused(written({goodbye})).empty());

  bytes long_one = written({hello});
  long_one.resize(limits::greeting_bytes_max + 1);
  CHECK(refused(long_one, greeting) ==
        "a frame cannot be read: it is longer than a greeting may be");
}

TEST_CASE("frame: notices have no number, all others have one", "[wire]") {
  CHECK_FALSE(refused(written({{.number = 1, .message = view_notice{}}})).empty());
  CHECK_FALSE(refused(written({{.number = 0, .message = view_request{}}})).empty());
  CHECK_FALSE(refused(written({{.number = 0, .message = view_reply{}}})).empty());
}

TEST_CASE("frame_writer: begins another frame when one is full", "[wire]") {
  frame_writer writer;
  const bytes value(limits::inline_bytes_max);
  push_notice push;
  push.tasks.resize(3);
  for (task_header& task : push.tasks) task.arguments.bytes = std::span<const std::byte>(value);
  std::size_t added = 0;
  while (*writer.add(0, push)) ++added;
  CHECK(added == 3);
  const auto full = writer.finish(sample);
  CHECK(full.size() <= limits::control_bytes_max);
  CHECK(read_frame(full, session_stage::open)->messages.size() == 3);

  CHECK(*writer.add(0, push));
  CHECK(read_frame(writer.finish(sample), session_stage::open)->messages.size() == 1);
  CHECK(read_frame(writer.finish(sample), session_stage::open)->messages.empty());
}

TEST_CASE("frame_writer: takes as many messages as a reader, no more", "[wire]") {
  frame_writer writer;
  for (std::size_t i = 0; i < limits::messages_per_frame_max; ++i)
    REQUIRE(*writer.add(0, job_end_notice{}));
  CHECK_FALSE(*writer.add(0, job_end_notice{}));
  const auto full = writer.finish(sample);
  CHECK(read_frame(full, session_stage::open));
}

TEST_CASE("frame_writer: a message that fits no frame is refused, and nothing is left of it",
          "[wire]") {
  frame_writer writer;
  const bytes value(limits::inline_bytes_max);
  push_notice push;
  push.tasks.resize(11);
  for (task_header& task : push.tasks) task.arguments.bytes = std::span<const std::byte>(value);
  const auto refusal = writer.add(0, push);
  REQUIRE_FALSE(refusal);
  CHECK(refusal.error().message.find("push_notice cannot be sent") == 0);
  names_notice names;
  names.processes.emplace_back().address = std::string(limits::address_bytes_max + 1, 'x');
  CHECK_FALSE(writer.add(0, names));
  CHECK(writer.empty());
  CHECK(writer.finish(sample).size() == frame_header_bytes);
}

TEST_CASE("frame: lists of what says nothing fill a frame and can still be read", "[wire]") {
  const auto full_of = [](auto fill) {
    frame_writer writer;
    const std::uint64_t number = is_request<decltype(fill)> ? 1 : 0;
    while (*writer.add(number, fill)) {
    }
    return read_frame(writer.finish(sample), session_stage::open).has_value();
  };
  push_notice push;
  push.tasks.resize(limits::tasks_max);
  CHECK(full_of(push));
  results_notice results;
  results.results.resize(limits::tasks_max);
  CHECK(full_of(results));
  names_notice names;
  names.functions.resize(limits::names_max);
  names.processes.resize(limits::names_max);
  CHECK(full_of(names));
  view_notice view;
  view.view.nodes.resize(limits::nodes_max);
  CHECK(full_of(view));
  copies_request copies;
  copies.copies.resize(limits::copies_max);
  CHECK(full_of(copies));
}

}  // namespace
