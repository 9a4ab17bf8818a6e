#include "support/catch.hpp"

#include <string>

#include <rt/core/address.hpp>

TEST_CASE("address: is a scheme and a place", "[core]") {
  const auto at = rt::address::parse("tcp://10.0.0.1:6380");
  REQUIRE(at);
  CHECK(at->scheme() == "tcp");
  CHECK(at->place() == "10.0.0.1:6380");
  CHECK(at->text() == "tcp://10.0.0.1:6380");
  CHECK(*at == *rt::address::parse("tcp://10.0.0.1:6380"));
  CHECK(*at < *rt::address::parse("tcp://10.0.0.2:6380"));
}

TEST_CASE("address: names what it refuses", "[core]") {
  const std::string bad = GENERATE("", "tcp", "tcp:/x", "://x", "TCP://x", "t-c://x", "tcp://",
                                   "tcp://a b", "tcp://a\n", "tcp://\x80");
  const auto read = rt::address::parse(bad);
  REQUIRE_FALSE(read);
  CHECK(read.error().code == rt::errc::config);
  CHECK(read.error().message.find("'" + bad + "'") != std::string::npos);
  CHECK(read.error().message.find("scheme://place") != std::string::npos);
}

TEST_CASE("address: takes 255 bytes and no more", "[core]") {
  const std::string longest = "sim://" + std::string(249, 'x');
  CHECK(rt::address::parse(longest));
  CHECK_FALSE(rt::address::parse(longest + "x"));
}
