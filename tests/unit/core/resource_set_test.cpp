#include "rt/core/resource_set.hpp"

#include "support/catch.hpp"

namespace {

using rt::resource_set;

TEST_CASE("resource_set: is looked up by name", "[core]") {
  const resource_set set = {{"ssd", 2}, {"fpga", 0.5}};
  CHECK(set["ssd"] == rt::amount(2));
  CHECK(set["fpga"] == rt::amount(0.5));
  CHECK(set["tpu"] == rt::amount(0));
  CHECK(set.contains("ssd"));
  CHECK_FALSE(set.contains("tpu"));
  CHECK_FALSE(set.contains(""));
}

TEST_CASE("resource_set: is iterated by name, however it was written", "[core]") {
  const resource_set one = {{"b", 2}, {"a", 1}};
  const resource_set other = {{"a", 1}, {"b", 2}};
  CHECK(one == other);
  std::string names;
  for (const auto& [name, amount] : one) names += name + to_string(amount);
  CHECK(names == "a1b2");
  CHECK(one.size() == 2);
}

TEST_CASE("resource_set: is empty by default", "[core]") {
  const resource_set none = {};
  CHECK(none.empty());
  CHECK(to_string(none).empty());
  CHECK(none == resource_set());
}

TEST_CASE("resource_set: keeps a name given twice, for the check to find", "[core]") {
  const resource_set twice = {{"a", 2}, {"b", 1}, {"a", 1}};
  CHECK(twice.size() == 3);
  CHECK(to_string(twice) == "a=2,a=1,b=1");
}

TEST_CASE("resource_set: differs by amount", "[core]") {
  CHECK_FALSE(resource_set{{"a", 1}} == resource_set{{"a", 2}});
}

}  // namespace
