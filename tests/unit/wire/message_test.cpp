#include "wire/message.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "support/catch.hpp"
#include "support/wire_values.hpp"
#include "wire/little_endian.hpp"

namespace {

using namespace rt::wire;
using wire_test::bytes;
using wire_test::for_each_message;

bytes written(const message& from) {
  bytes out;
  bounded_writer to(out);
  write_message(to, from);
  REQUIRE(to.finish());
  return out;
}

/// Reads all of `from`, which lies where it ends with its memory.
message read(const bytes& from, message_kind kind, const char** failure) {
  const bytes exact(from.begin(), from.end());
  bounded_reader in(exact);
  message to;
  read_message(in, kind, to);
  *failure = in.failure();
  if (!in.failed()) CHECK(in.left() == 0);
  return in.failed() ? message() : to;
}

TEST_CASE("message: each kind reads as it was written", "[wire]") {
  for_each_message([]<class Message>(Message begin) {
    INFO(to_string(Message::kind));
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
      wire_test::filler filled(seed);
      Message value = begin;
      if (seed != 0) filled.value(value);
      const bytes out = written(value);
      bounded_reader in(out);
      message back;
      read_message(in, Message::kind, back);
      REQUIRE(in.failure() == nullptr);
      CHECK(in.left() == 0);
      CHECK(back == message(value));
      CHECK(kind_of(back) == Message::kind);
    }
  });
}

TEST_CASE("message: is refused where it ends too early, at every byte", "[wire]") {
  for_each_message([]<class Message>(Message value) {
    INFO(to_string(Message::kind));
    wire_test::filler filled(1);
    filled.value(value);
    const bytes whole = written(value);
    for (std::size_t length = 0; length < whole.size(); ++length) {
      const char* failure = nullptr;
      (void)read(bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length)),
                 Message::kind, &failure);
      CHECK(failure != nullptr);
    }
  });
}

TEST_CASE("message: a byte of another value gives a message or a failure, nothing else", "[wire]") {
  for_each_message([]<class Message>(Message value) {
    INFO(to_string(Message::kind));
    wire_test::filler filled(2);
    filled.value(value);
    const bytes whole = written(value);
    for (std::size_t at = 0; at < whole.size(); ++at) {
      for (const int other : {0x00, 0x01, 0x7F, 0x80, 0xFF}) {
        bytes changed = whole;
        changed[at] = static_cast<std::byte>(other);
        bounded_reader in(changed);
        message to;
        read_message(in, Message::kind, to);
        if (in.failed()) continue;
        (void)written(to);  // whatever is taken can be sent on
      }
    }
  });
}

TEST_CASE("message: what a later version put behind its fields is skipped", "[wire]") {
  for_each_message([]<class Message>(Message value) {
    INFO(to_string(Message::kind));
    wire_test::filler filled(3);
    filled.value(value);
    bytes out = written(value);
    const std::size_t length = out.size() - 4;
    const bytes more = wire_test::bytes_of("more");
    out.insert(out.end(), more.begin(), more.end());
    store_little_endian(out.data(), static_cast<std::uint32_t>(length + more.size()));
    bounded_reader in(out);
    message to;
    read_message(in, Message::kind, to);
    REQUIRE(in.failure() == nullptr);
    CHECK(in.left() == 0);
    CHECK(to == message(value));
  });
}

TEST_CASE("message: what an earlier version did not write is as it begins", "[wire]") {
  const bytes nothing(4);  // a block of no bytes
  for_each_message([&nothing]<class Message>(Message begin) {
    INFO(to_string(Message::kind));
    const char* failure = nullptr;
    CHECK(read(nothing, Message::kind, &failure) == message(begin));
    CHECK(failure == nullptr);
  });
}

TEST_CASE("message: a kind that is none is refused", "[wire]") {
  for (const int number : {0, 1, 0x0100, 0x0104, 0x0900, 0xFFFF}) {
    const char* failure = nullptr;
    (void)read(bytes(4), static_cast<message_kind>(number), &failure);
    CHECK(failure != nullptr);
    CHECK_FALSE(is_notice(static_cast<message_kind>(number)));
  }
}

TEST_CASE("message: kinds and messages are the same set", "[wire]") {
  std::set<int> listed;
  for_each_message([&listed]<class Message>(const Message&) {
    CHECK(listed.insert(static_cast<int>(Message::kind)).second);
  });
  for (int number = 0; number <= 0xFFFF; ++number) {
    const bool named = !to_string(static_cast<message_kind>(number)).empty();
    if (named != listed.contains(number)) FAIL_CHECK("kind " << number);
  }
}

TEST_CASE("message: each kind has a seed in its fuzzer's corpus, and all there can be read",
          "[wire]") {
  const auto corpus = std::filesystem::path(ROUNDTRIP_SOURCE_DIR) / "tests/fuzz/corpus/messages";
  std::set<std::string> unclaimed;
  for (const auto& each : std::filesystem::directory_iterator(corpus)) {
    unclaimed.insert(each.path().filename().string());
  }
  for_each_message([&]<class Message>(const Message&) {
    const std::string name(to_string(Message::kind));
    INFO(name);
    CHECK(unclaimed.contains(name));
    for (auto at = unclaimed.lower_bound(name);
         at != unclaimed.end() && (*at == name || at->rfind(name + "_", 0) == 0);
         at = unclaimed.erase(at)) {
      INFO(*at);
      std::ifstream file(corpus / *at, std::ios::binary);
      const std::string text{std::istreambuf_iterator<char>(file), {}};
      REQUIRE(text.size() >= 2);
      const auto* const begin = reinterpret_cast<const std::byte*>(text.data());
      CHECK(load_little_endian<std::uint16_t>(begin) == static_cast<std::uint16_t>(Message::kind));
      bytes fields(4);
      store_little_endian(fields.data(), static_cast<std::uint32_t>(text.size() - 2));
      fields.insert(fields.end(), begin + 2, begin + text.size());
      const char* failure = nullptr;
      static_cast<void>(read(fields, Message::kind, &failure));
      CHECK(failure == nullptr);
    }
  });
  for (const std::string& each : unclaimed) FAIL_CHECK(each << " is of no kind");
}

TEST_CASE("message: its name says what it is", "[wire]") {
  const auto ends_in = [](std::string_view name, std::string_view part) {
    return name.size() > part.size() && name.substr(name.size() - part.size()) == part;
  };
  for_each_message([&ends_in]<class Message>(const Message&) {
    const std::string_view name = to_string(Message::kind);
    INFO(name);
    CHECK(ends_in(name, "_notice") == is_notice(Message::kind));
    CHECK(ends_in(name, "_request") == is_request<Message>);
    if constexpr (is_request<Message>) {
      const std::string noun(name.substr(0, name.size() - std::string_view("request").size()));
      CHECK(to_string(Message::reply::kind) == noun + "reply");
    }
  });
}

}  // namespace
