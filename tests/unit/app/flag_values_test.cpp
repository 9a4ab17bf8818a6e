#include "app/flag_values.hpp"

#include <chrono>
#include <string>

#include "support/catch.hpp"

namespace {

using namespace std::chrono_literals;
using namespace rt::app;

TEST_CASE("flag values: amounts", "[app]") {
  CHECK(read_amount("4") == rt::amount(4));
  CHECK(read_amount("0.5") == rt::amount(0.5));
  CHECK(read_amount("1e3") == rt::amount(1000));
  CHECK(read_amount("-1") == rt::amount(-1));  // of the form: whether it has a meaning comes later
  for (const char* text : {"", " ", "4 ", " 4", "+4", "four", "0x10", "4,5", "4cpus", "--4"}) {
    INFO(text);
    CHECK_FALSE(read_amount(text).has_value());
  }
  REQUIRE(read_amount("nan").has_value());
  CHECK_FALSE(read_amount("nan")->is_valid());
  CHECK_FALSE(read_amount("inf")->is_valid());
}

TEST_CASE("flag values: counts", "[app]") {
  CHECK(read_count("10000000") == rt::count(10'000'000));
  CHECK(read_count("-1") == rt::count(-1));
  for (const char* text : {"", "1.5", "1e6", "10M", " 1", "99999999999999999999"}) {
    INFO(text);
    CHECK_FALSE(read_count(text).has_value());
  }
}

TEST_CASE("flag values: sizes", "[app]") {
  CHECK(read_bytes("0") == rt::byte_count(0));
  CHECK(read_bytes("1000B") == rt::byte_count(1000));
  CHECK(read_bytes("512MB") == rt::byte_count(512'000'000));
  CHECK(read_bytes("2GiB") == rt::byte_count(2ull << 30));
  CHECK(read_bytes("2gib") == rt::byte_count(2ull << 30));
  CHECK(read_bytes("1.5KiB") == rt::byte_count(1536));
  CHECK(read_bytes("1.1GB") == rt::byte_count(1'100'000'000));
  CHECK(read_bytes("3TB") == rt::byte_count(3'000'000'000'000));
  CHECK(read_bytes("1TiB") == rt::byte_count(1ull << 40));
  CHECK(read_bytes("9007199254740993") == rt::byte_count(9007199254740993));
  for (const char* text : {"", "GB", "512M", "512 MB", "2GiBs", "x", "1e"}) {
    INFO(text);
    CHECK_FALSE(read_bytes(text).has_value());
  }
  CHECK_FALSE(read_bytes("0.5")->is_valid());
  CHECK_FALSE(read_bytes("0.5B")->is_valid());
  CHECK_FALSE(read_bytes("9e18TB")->is_valid());
}

TEST_CASE("flag values: durations", "[app]") {
  CHECK(read_duration("10s") == rt::time_limit(10s));
  CHECK(read_duration("500ms") == rt::time_limit(500ms));
  CHECK(read_duration("2min") == rt::time_limit(2min));
  CHECK(read_duration("1.5h") == rt::time_limit(90min));
  CHECK(read_duration("1d") == rt::time_limit(24h));
  CHECK(read_duration("250us") == rt::time_limit(250us));
  CHECK(read_duration("7ns") == rt::time_limit(7ns));
  CHECK(read_duration("0.3s") == rt::time_limit(300ms));
  CHECK(read_duration("0.1ns") == rt::time_limit(1ns));
  CHECK(read_duration("0") == rt::time_limit(0s));
  CHECK(read_duration("0s") == rt::time_limit(0s));
  CHECK(read_duration("forever")->is_forever());
  CHECK(read_duration("1e300h")->is_forever());
  for (const char* text : {"", "10", "s", "-1s", "10 s", "10S", "10m", "nans", "inf", "infs"}) {
    INFO(text);
    CHECK_FALSE(read_duration(text).has_value());
  }
}

TEST_CASE("flag values: every default reads back as it is shown", "[app]") {
  for (const auto limit : {rt::time_limit(), rt::time_limit(0s), rt::time_limit(1001ns),
                           rt::time_limit(90s), rt::time_limit(36h)}) {
    CHECK(read_duration(to_string(limit)) == limit);
  }
}

TEST_CASE("flag values: switches", "[app]") {
  CHECK(read_switch("true") == true);
  CHECK(read_switch("1") == true);
  CHECK(read_switch("false") == false);
  CHECK(read_switch("0") == false);
  for (const char* text : {"", "yes", "TRUE", "2", "true "}) {
    INFO(text);
    CHECK_FALSE(read_switch(text).has_value());
  }
}

TEST_CASE("flag values: resources", "[app]") {
  CHECK(read_resources("fpga=1") == rt::resource_set{{"fpga", 1}});
  CHECK(read_resources("ssd=2,fpga=0.5") == rt::resource_set{{"fpga", 0.5}, {"ssd", 2}});
  for (const char* text : {"", "fpga", "fpga=", "fpga=x", "fpga=1,", ",fpga=1", "a=1,,b=2"}) {
    INFO(text);
    CHECK_FALSE(read_resources(text).has_value());
  }
  CHECK(read_resources("=1").has_value());  // a name without meaning is the option check's
}

}  // namespace
