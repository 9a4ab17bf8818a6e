// Failures as bytes that anyone may have made.

#include <array>
#include <optional>
#include <regex>
#include <system_error>
#include <vector>

#include <rt/core/error.hpp>
#include <rt/task_error.hpp>

#include "support/catch.hpp"
#include "unit/detail/failure_types.hpp"

using namespace failure_test;
using Catch::Matchers::ContainsSubstring;
using rt::detail::byte_buffer;
using rt::detail::find_exception;
using rt::detail::input_archive;
using rt::detail::output_archive;

namespace {

byte_buffer written(const std::exception_ptr& failure) {
  byte_buffer bytes;
  output_archive out(bytes);
  rt::detail::write_failure(out, failure);
  return bytes;
}

/// Puts a failure together by hand, as a peer of another make would.
byte_buffer by_hand(const std::vector<std::string>& classes, const std::string& text,
                    const std::optional<std::string>& state) {
  byte_buffer bytes;
  output_archive out(bytes);
  const std::vector<std::string> step{"work (1)", "node", "process"};
  out(std::uint8_t{1}, classes, text, state, std::string("their::error"), std::uint64_t{1}, step[0],
      step[1], step[2], std::uint32_t{0}, std::string("#0 there\n"));
  return bytes;
}

std::exception_ptr read(const byte_buffer& bytes) {
  input_archive in(bytes);
  auto failure = rt::detail::read_failure(in);
  in.expect_end();
  return failure;
}

}  // namespace

TEST_CASE("failure bytes: cut off at any place they are refused") {
  for (const auto& failure :
       {failure_of("work", [] { throw with_state(1, "f"); }),
        failure_of("work",
                   [] { throw std::system_error(std::make_error_code(std::errc::io_error)); }),
        failure_of("work", [] { throw 42; }),
        std::make_exception_ptr(rt::get_timeout_error("late"))}) {
    const byte_buffer whole = written(failure);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const std::vector<std::byte> part(whole.data(), whole.data() + size);
      input_archive in(part.data(), part.size());
      CHECK_THROWS_AS(rt::detail::read_failure(in), rt::serialization_error);
    }
  }
}

TEST_CASE("failure bytes: any byte changed gives an error or an exception") {
  const byte_buffer whole = written(failure_of("work", [] { throw with_state(1, "f"); }));
  std::vector<std::byte> bytes(whole.data(), whole.data() + whole.size());
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (const unsigned changed : {0x00U, 0x01U, 0x02U, 0x80U, 0xffU}) {
      const std::byte kept = std::exchange(bytes[at], static_cast<std::byte>(changed));
      input_archive in(bytes.data(), bytes.size());
      try {
        const bool made = rt::detail::read_failure(in) != nullptr;
        CHECK(made);
      } catch (const rt::serialization_error&) {
      }
      bytes[at] = kept;
    }
  }
}

TEST_CASE("failure bytes: of a class that is unknown here the nearest known base is taken") {
  const std::string unknown = "N5their5errorE";
  const std::string range = typeid(std::range_error).name();
  const auto failure = read(by_hand({unknown, range}, "theirs", "state of theirs"));
  const auto* error = find_exception<std::range_error>(failure);
  REQUIRE(error != nullptr);
  CHECK_THAT(error->what(), ContainsSubstring("theirs\n  in task work (1) on node node"));
  const auto* told = find_exception<rt::task_error>(failure);
  REQUIRE(told != nullptr);
  CHECK(told->type_name() == "their::error");
  CHECK(told->stack() == "#0 there\n");

  CHECK(find_exception<rt::untyped_task_error>(read(by_hand({unknown}, "theirs", {}))) != nullptr);
  CHECK(find_exception<rt::untyped_task_error>(read(by_hand({}, "theirs", {}))) != nullptr);
}

TEST_CASE("failure bytes: a text with a null in it does not hide what follows") {
  const auto failure = read(by_hand({}, std::string("a\0b", 3), {}));
  CHECK_THAT(find_exception<rt::task_error>(failure)->what(), ContainsSubstring("a?b\n  in task"));
}

TEST_CASE("failure bytes: a class without the state it needs is passed over") {
  const std::string code = typeid(std::system_error).name();
  const std::string runtime = typeid(std::runtime_error).name();
  const auto failure = read(by_hand({code, runtime}, "no code", {}));
  CHECK(find_exception<std::system_error>(failure) == nullptr);
  CHECK(find_exception<std::runtime_error>(failure) != nullptr);
}

TEST_CASE("failure bytes: state that is malformed or longer than the class reads is refused") {
  const std::string code = typeid(rt::config_error).name();
  CHECK_THROWS_AS(read(by_hand({code}, "x", "")), rt::serialization_error);
  CHECK_THROWS_AS(read(by_hand({code}, "x", std::string("\xff\xff\x00", 3))),
                  rt::serialization_error);
  CHECK_THROWS_AS(read(by_hand({code}, "x", std::string("\x8a\x13\x07", 3))),
                  rt::serialization_error);
  const std::string good("\x8a\x13\x00", 3);
  CHECK(find_exception<rt::config_error>(read(by_hand({code}, "x", good))) != nullptr);
  CHECK_THROWS_AS(read(by_hand({code}, "x", good + "y")), rt::serialization_error);
}

TEST_CASE("failure bytes: numbers that an enum does not have are refused") {
  const std::string regex = typeid(std::regex_error).name();
  CHECK(find_exception<std::regex_error>(read(by_hand({regex}, "x", std::string(4, '\0')))) !=
        nullptr);
  CHECK_THROWS_AS(read(by_hand({regex}, "x", std::string(4, '\x7f'))), rt::serialization_error);
}

TEST_CASE("failure bytes: more classes or tasks than there can be are refused") {
  CHECK_THROWS_AS(read(by_hand(std::vector<std::string>(17), "x", {})), rt::serialization_error);
  byte_buffer bytes;
  output_archive out(bytes);
  out(std::uint8_t{1}, std::vector<std::string>{}, std::string("x"), false, std::string("type"),
      std::vector<std::array<std::string, 3>>(33), std::uint32_t{0}, std::string());
  CHECK_THROWS_AS(read(bytes), rt::serialization_error);
  bytes.clear();
  output_archive none(bytes);
  none(std::uint8_t{1}, std::vector<std::string>{}, std::string("x"), false, std::string("type"),
       std::uint64_t{0}, std::uint32_t{0}, std::string());
  CHECK_THROWS_AS(read(bytes), rt::serialization_error);
}

namespace failure_test {

/// Takes no state that it does not like.
class choosy : public std::runtime_error {
 public:
  explicit choosy(const std::string& text) : runtime_error(text) {}
  template <class Archive>
  void save(Archive& ar) const {
    ar(int{-1});
  }
  template <class Archive>
  void load(Archive& ar) {
    int number = 0;
    ar(number);
    if (number < 0) throw std::invalid_argument("negative");
  }
};
RT_EXCEPTION(choosy)

/// Cannot be written.
class shy : public std::runtime_error {
 public:
  explicit shy(const std::string& text) : runtime_error(text) {}
  template <class Archive>
  void save(Archive&) const {
    throw rt::serialization_error("not now");
  }
  template <class Archive>
  void load(Archive&) {}
};
RT_EXCEPTION(shy)

}  // namespace failure_test

TEST_CASE("failure bytes: what a class's own load throws is a serialization_error") {
  const byte_buffer bytes = written(failure_of("work", [] { throw choosy("x"); }));
  try {
    (void)read(bytes);
    FAIL("it was read");
  } catch (const rt::serialization_error& e) {
    CHECK_THAT(e.what(), ContainsSubstring("negative"));
  }
}

TEST_CASE("failure bytes: an exception whose state cannot be written comes with its text") {
  const auto failure = sent(failure_of("work", [] { throw shy("text"); }));
  REQUIRE(find_exception<shy>(failure) != nullptr);
  CHECK_THAT(find_exception<shy>(failure)->what(), ContainsSubstring("text\n"));
}
