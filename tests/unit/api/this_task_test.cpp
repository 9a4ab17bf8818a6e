#include "support/catch.hpp"

#include <map>
#include <string>

#include <atomic>
#include <chrono>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <rt/rt.hpp>

#include "support/gate.hpp"
#include "support/runtime_fixture.hpp"

namespace {

using namespace std::chrono_literals;
using support::runtime_fixture;

std::string task_name() { return to_string(rt::this_task::id()); }
bool has_no_actor() { return !rt::this_task::actor_id(); }
bool knows_where() { return rt::this_task::node() && rt::this_task::job(); }
std::string job_and_node() {
  return to_string(rt::this_task::job()) + to_string(rt::this_task::node());
}
bool is_cancelled() { return rt::this_task::cancelled(); }
double left_s() {
  const auto deadline = rt::this_task::deadline();
  if (!deadline) return -1;
  return std::chrono::duration<double>(*deadline - std::chrono::steady_clock::now()).count();
}
double childs_left_s() { return rt::get(rt::remote<left_s>()); }
double childs_own_left_s() { return rt::get(rt::remote<left_s>.with({.deadline = 2h})()); }
double sleeps() {
  const auto before = std::chrono::steady_clock::now();
  rt::this_task::sleep_for(2ms);
  rt::this_task::sleep_for(std::chrono::duration<double>(0.001));
  rt::this_task::sleep_for(0s);
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - before)
      .count();
}
int attempt_after_failures(int failures) {
  static std::atomic<int> left{-1};
  if (left < 0) left = failures;
  if (left-- > 0) throw std::runtime_error("again");
  return static_cast<int>(rt::this_task::attempt());
}
int first_attempt() { return static_cast<int>(rt::this_task::attempt()); }
std::pair<std::string, std::string> parent_and_child() {
  const std::string mine = task_name();
  const std::string childs = rt::get(rt::remote<task_name>());
  // In place or elsewhere, a child is another task, and its parent itself again afterwards.
  if (mine != task_name()) throw std::logic_error("the parent lost its id");
  return {mine, childs};
}

struct self_aware {
  std::string own_id() { return to_string(rt::this_task::actor_id()); }
  std::string call_id() { return to_string(rt::this_task::id()); }
};

std::map<std::string, double> resources_held() { return rt::this_task::resources(); }

}  // namespace

TEST_CASE_METHOD(runtime_fixture, "this_task: every task has an id of its own", "[api]") {
  std::set<std::string> ids;
  for (int i = 0; i < 100; ++i) ids.insert(rt::get(rt::remote<task_name>()));
  CHECK(ids.size() == 100);
  const auto [parent, child] = rt::get(rt::remote<parent_and_child>());
  CHECK(parent != child);
}

TEST_CASE_METHOD(runtime_fixture, "this_task: knows node and job", "[api]") {
  CHECK(rt::get(rt::remote<knows_where>()));
  CHECK(rt::get(rt::remote<job_and_node>()) == rt::get(rt::remote<job_and_node>()));
}

TEST_CASE_METHOD(runtime_fixture, "this_task: knows its actor, if there is one", "[api]") {
  CHECK(rt::get(rt::remote<has_no_actor>()));
  const auto a = rt::spawn<self_aware>();
  const auto b = rt::spawn<self_aware>();
  const auto id = rt::get(rt::remote<&self_aware::own_id>(a));
  CHECK(id == rt::get(rt::remote<&self_aware::own_id>(a)));
  CHECK(id != rt::get(rt::remote<&self_aware::own_id>(b)));
  CHECK(rt::get(rt::remote<&self_aware::call_id>(a)) !=
        rt::get(rt::remote<&self_aware::call_id>(a)));
}

TEST_CASE_METHOD(runtime_fixture, "this_task: knows its deadline, own or inherited", "[api]") {
  CHECK(rt::get(rt::remote<left_s>()) == -1);
  const auto in_an_hour = [](double left) { return left > 3000 && left <= 3600; };
  CHECK(in_an_hour(rt::get(rt::remote<left_s>.with({.deadline = 1h})())));
  CHECK(in_an_hour(rt::get(rt::remote<childs_left_s>.with({.deadline = 1h})())));
  CHECK(in_an_hour(rt::get(rt::remote<childs_own_left_s>.with({.deadline = 1h})())));
  CHECK(rt::get(rt::remote<childs_left_s>()) == -1);
}

TEST_CASE("this_task: is nothing outside of tasks", "[api]") {
  const rt::runtime runtime{support::test_config()};
  CHECK(!rt::this_task::id());
  CHECK(!rt::this_task::actor_id());
  CHECK_FALSE(rt::this_task::cancelled());
  CHECK_FALSE(rt::this_task::deadline().has_value());
}

TEST_CASE_METHOD(runtime_fixture, "this_task: counts attempts", "[api]") {
  const int first = rt::get(rt::remote<first_attempt>());
  const auto retried = rt::remote<attempt_after_failures>.with({.retry_exceptions = true});
  CHECK(rt::get(retried(2)) == first + 2);
}

TEST_CASE_METHOD(runtime_fixture, "this_task: is not cancelled by itself", "[api]") {
  CHECK_FALSE(rt::get(rt::remote<is_cancelled>()));
}

TEST_CASE_METHOD(runtime_fixture, "this_task: sleeps at least as long as asked", "[api]") {
  CHECK(rt::get(rt::remote<sleeps>()) >= 3.0);
}

TEST_CASE_METHOD(runtime_fixture, "this_task: knows what it holds", "[api]") {
  using held = std::map<std::string, double>;
  CHECK(rt::get(rt::remote<resources_held>()) == held{{"CPU", 1}});
  CHECK(rt::get(rt::remote<resources_held>.with({.num_cpus = 0.5})()) == held{{"CPU", 0.5}});
  CHECK(rt::get(rt::remote<resources_held>.with({.num_cpus = 0, .memory = 1024})()) ==
        held{{"memory", 1024}});
  CHECK(rt::this_task::resources().empty());
}
