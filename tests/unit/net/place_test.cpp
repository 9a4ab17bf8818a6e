#include "net/place.hpp"

#include "support/catch.hpp"

namespace {

rt::address at(const char* text) { return *rt::address::parse(text); }

}  // namespace

TEST_CASE("place: host and port, and back", "[net]") {
  for (const char* text : {"tcp://127.0.0.1:80", "tcp://node7.example:6379", "tcp://[::1]:0",
                           "tcp://[fe80::1]:65535", "tcp://localhost:1"}) {
    INFO(text);
    const auto read = rt::net::place::parse(at(text), "tcp", "TCP");
    REQUIRE(read);
    CHECK(read->to_address("tcp").text() == text);
  }
  CHECK(rt::net::place::parse(at("tcp://[::1]:7"), "tcp", "TCP")->host == "::1");
  CHECK(rt::net::place::parse(at("tcp://h:65535"), "tcp", "TCP")->port == 65'535);
}

TEST_CASE("place: what is none is refused in words", "[net]") {
  for (const char* text :
       {"tcp://nowhere", "tcp://:80", "tcp://h:", "tcp://h:65536", "tcp://h:-1", "tcp://h:8o",
        "tcp://::1:80", "tcp://[::1]", "tcp://[host]:80", "tcp://[:80", "zmq://h:80"}) {
    INFO(text);
    const auto read = rt::net::place::parse(at(text), "tcp", "TCP");
    REQUIRE_FALSE(read);
    CHECK(read.error().code == rt::errc::config);
    CHECK(read.error().message.find(text) == 0);
  }
}
