#include "rt/core/errc.hpp"

#include <set>
#include <string>

#include "rt/core/outcome.hpp"
#include "support/catch.hpp"

namespace {

constexpr rt::errc all[] = {
    rt::errc::get_timeout,
    rt::errc::task_cancelled,
    rt::errc::actor_not_found,
    rt::errc::name_taken,
    rt::errc::actor_died,
    rt::errc::connection,
    rt::errc::pending_calls_limit,
    rt::errc::unschedulable,
    rt::errc::out_of_memory,
    rt::errc::user_exception,
    rt::errc::deadlock,
    rt::errc::serialization,
    rt::errc::invalid_argument,
    rt::errc::config,
    rt::errc::no_runtime,
    rt::errc::not_isolated,
    rt::errc::actor_type,
    rt::errc::function_not_found,
    rt::errc::node_died,
    rt::errc::owner_died,
    rt::errc::object_lost,
    rt::errc::actor_unavailable,
    rt::errc::cluster_unavailable,
    rt::errc::version_mismatch,
    rt::errc::authentication,
    rt::errc::file_changed,
    rt::errc::storage,
    rt::errc::out_of_disk,
};

TEST_CASE("errc: every code has a name of its own", "[core]") {
  std::set<std::string> names;
  for (const rt::errc code : all) {
    INFO(static_cast<int>(code));
    CHECK(rt::is_known(code));
    CHECK(names.emplace(rt::to_string(code)).second);
    CHECK(rt::to_string(code) != "unknown_errc");
  }
}

TEST_CASE("errc: the table holds no number beyond the enumerators", "[core]") {
  std::set<int> known;
  for (int number = 0; number <= 65535; ++number) {
    if (rt::is_known(static_cast<rt::errc>(number))) known.insert(number);
  }
  std::set<int> expected;
  for (const rt::errc code : all) expected.insert(static_cast<int>(code));
  CHECK(known == expected);
}

TEST_CASE("errc: numbers never change, since they go on the wire", "[core]") {
  CHECK(static_cast<int>(rt::errc::get_timeout) == 1001);
  CHECK(static_cast<int>(rt::errc::task_cancelled) == 1002);
  CHECK(static_cast<int>(rt::errc::actor_not_found) == 1003);
  CHECK(static_cast<int>(rt::errc::name_taken) == 1004);
  CHECK(static_cast<int>(rt::errc::file_changed) == 1005);
  CHECK(static_cast<int>(rt::errc::actor_died) == 2001);
  CHECK(static_cast<int>(rt::errc::connection) == 2002);
  CHECK(static_cast<int>(rt::errc::node_died) == 2003);
  CHECK(static_cast<int>(rt::errc::owner_died) == 2004);
  CHECK(static_cast<int>(rt::errc::object_lost) == 2005);
  CHECK(static_cast<int>(rt::errc::actor_unavailable) == 2006);
  CHECK(static_cast<int>(rt::errc::cluster_unavailable) == 2007);
  CHECK(static_cast<int>(rt::errc::storage) == 2008);
  CHECK(static_cast<int>(rt::errc::pending_calls_limit) == 3001);
  CHECK(static_cast<int>(rt::errc::unschedulable) == 3002);
  CHECK(static_cast<int>(rt::errc::out_of_memory) == 3003);
  CHECK(static_cast<int>(rt::errc::out_of_disk) == 3004);
  CHECK(static_cast<int>(rt::errc::user_exception) == 4001);
  CHECK(static_cast<int>(rt::errc::deadlock) == 4002);
  CHECK(static_cast<int>(rt::errc::serialization) == 4003);
  CHECK(static_cast<int>(rt::errc::invalid_argument) == 5001);
  CHECK(static_cast<int>(rt::errc::config) == 5002);
  CHECK(static_cast<int>(rt::errc::no_runtime) == 5003);
  CHECK(static_cast<int>(rt::errc::not_isolated) == 5004);
  CHECK(static_cast<int>(rt::errc::actor_type) == 5005);
  CHECK(static_cast<int>(rt::errc::function_not_found) == 5006);
  CHECK(static_cast<int>(rt::errc::version_mismatch) == 5007);
  CHECK(static_cast<int>(rt::errc::authentication) == 5008);
}

TEST_CASE("errc: what waiting can cure is retryable, nothing else", "[core]") {
  const std::set<rt::errc> retryable{
      rt::errc::get_timeout,         rt::errc::actor_not_found,     rt::errc::connection,
      rt::errc::pending_calls_limit, rt::errc::out_of_memory,       rt::errc::node_died,
      rt::errc::actor_unavailable,   rt::errc::cluster_unavailable, rt::errc::out_of_disk};
  for (const rt::errc code : all) {
    INFO(rt::to_string(code));
    CHECK(rt::is_retryable(code) == retryable.contains(code));
  }
}

TEST_CASE("errc: a number that is none is unknown and not retried", "[core]") {
  const auto stranger = static_cast<rt::errc>(64000);
  CHECK_FALSE(rt::is_known(stranger));
  CHECK_FALSE(rt::is_retryable(stranger));
  CHECK(rt::to_string(stranger) == "unknown_errc");
}

TEST_CASE("outcome: has names and fixed numbers", "[core]") {
  CHECK(rt::to_string(rt::outcome::not_started) == "not_started");
  CHECK(rt::to_string(rt::outcome::unknown) == "unknown");
  CHECK(rt::to_string(rt::outcome::completed) == "completed");
  CHECK(rt::to_string(static_cast<rt::outcome>(77)) == "unknown");
  CHECK(static_cast<int>(rt::outcome::not_started) == 0);
  CHECK(static_cast<int>(rt::outcome::unknown) == 1);
  CHECK(static_cast<int>(rt::outcome::completed) == 2);
}

}  // namespace
