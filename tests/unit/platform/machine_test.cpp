#include "platform/machine.hpp"

#include "support/catch.hpp"

using namespace rt::platform;

TEST_CASE("machine: there is at least one core and some memory") {
  CHECK(cores() >= 1);
  CHECK(memory_bytes() > 1'000'000);
}

TEST_CASE("control_group: a quota is whole cores, rounded up") {
  CHECK(control_group::cores_from_quota("200000 100000\n") == 2U);
  CHECK(control_group::cores_from_quota("150000 100000\n") == 2U);
  CHECK(control_group::cores_from_quota("1000 100000\n") == 1U);
}

TEST_CASE("control_group: a quota that limits nothing or cannot be read gives nothing") {
  for (const char* text : {"max 100000\n", "", "\n", "100000", "0 100000", "100000 0", "-1 100000",
                           "1e5 100000", "99999999999999999999 1"}) {
    CAPTURE(text);
    CHECK_FALSE(control_group::cores_from_quota(text).has_value());
  }
}

TEST_CASE("control_group: a memory limit is bytes, or none") {
  CHECK(control_group::bytes_from_limit("1073741824\n") == 1'073'741'824U);
  CHECK_FALSE(control_group::bytes_from_limit("max\n").has_value());
  CHECK_FALSE(control_group::bytes_from_limit("").has_value());
}

TEST_CASE("control_group: the path is that of the hierarchy of version 2, among others") {
  CHECK(control_group::path_from_membership("0::/user.slice/a\n") == "/user.slice/a");
  CHECK(control_group::path_from_membership("12:cpu,cpuacct:/x\n0::/\n") == "/");
  CHECK(control_group::path_from_membership("12:cpu,cpuacct:/x\n1:name=systemd:/y") ==
        std::nullopt);
  CHECK(control_group::path_from_membership("") == std::nullopt);
}
