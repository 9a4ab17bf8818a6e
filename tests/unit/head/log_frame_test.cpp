#include "head/log_frame.hpp"

#include "support/catch.hpp"

namespace {

using namespace rt::head;
using bytes = std::vector<std::byte>;

bytes of(char letter, std::size_t count) { return bytes(count, static_cast<std::byte>(letter)); }

void add(bytes& to, const bytes& more) { to.insert(to.end(), more.begin(), more.end()); }

const std::vector<record_bytes> two{of('a', 3), of('b', 0)};

bytes two_frames() {
  bytes log = write_log_frame(term{1}, 1, two);
  add(log, write_log_frame(term{2}, 2, {}));
  return log;
}

TEST_CASE("log_frame: what was written is read, with the newest term", "[head]") {
  const bytes log = two_frames();
  const scanned_log scanned = scan_log(log);
  CHECK(scanned.records == two);
  CHECK(scanned.newest == term{2});
  CHECK(scanned.frames == 2);
  CHECK(scanned.good_bytes == log.size());
  CHECK(scanned.damage == "");
  CHECK(scan_log({}).frames == 0);
}

TEST_CASE("log_frame: a last frame that is not whole is left out, at whatever byte it ends",
          "[head]") {
  bytes log = two_frames();
  const std::size_t whole = log.size();
  add(log, write_log_frame(term{2}, 3, two));
  for (std::size_t end = whole; end < log.size(); ++end) {
    CAPTURE(end);
    const scanned_log scanned = scan_log(std::span(log).first(end));
    CHECK(scanned.good_bytes == whole);
    CHECK(scanned.damage == "");
  }
  log.back() ^= std::byte{1};
  CHECK(scan_log(log).good_bytes == whole);
  CHECK(scan_log(log).damage == "");
}

TEST_CASE("log_frame: a broken frame with a whole one behind it is damage", "[head]") {
  const std::size_t first = write_log_frame(term{1}, 1, two).size();
  for (std::size_t at = 0; at < first; ++at) {
    CAPTURE(at);
    bytes log = two_frames();
    log[at] ^= std::byte{0x10};
    CHECK(scan_log(log).damage != "");
    CHECK(scan_log(log).records.empty());
  }
}

TEST_CASE("log_frame: a frame that is not the next one is damage", "[head]") {
  bytes twice = write_log_frame(term{1}, 1, two);
  add(twice, write_log_frame(term{1}, 1, two));
  CHECK(scan_log(twice).damage != "");
  bytes falls = write_log_frame(term{2}, 1, two);
  add(falls, write_log_frame(term{1}, 2, two));
  CHECK(scan_log(falls).damage != "");
}

}  // namespace
