#include "head/cluster_view.hpp"

#include "support/catch.hpp"

namespace {

using rt::head::cluster_view;
using rt::wire::node_entry;
using rt::wire::node_state;
using rt::wire::view_change;

node_entry entry(std::uint64_t incarnation, node_state state = node_state::alive) {
  node_entry made;
  made.incarnation = incarnation;
  made.state = state;
  return made;
}

TEST_CASE("cluster_view: from one version to another go only the newest changes", "[head]") {
  cluster_view view(10, 10);
  view.set(entry(1));
  view.set(entry(2));
  const auto before = view.version();
  view.set(entry(2, node_state::draining));
  view.set(entry(2));
  const auto steps = view.since(before, 0);
  REQUIRE(steps.size() == 1);
  CHECK(steps[0].from == before);
  CHECK(steps[0].to == view.version());
  REQUIRE(steps[0].nodes.size() == 1);
  CHECK(steps[0].nodes[0].state == node_state::alive);
  CHECK(view.since(view.version(), 0)[0].nodes.empty());
}

TEST_CASE("cluster_view: what is long comes in steps that join", "[head]") {
  cluster_view view(3, 10);
  for (std::uint64_t i = 1; i <= 10; ++i) view.set(entry(i));
  view.set(entry(4, node_state::dead));
  std::uint64_t at = 0;
  std::size_t entries = 0;
  const auto steps = view.since(0, 0);
  for (const view_change& step : steps) {
    CHECK(step.from == at);
    CHECK(step.nodes.size() <= 3);
    CHECK(step.more == (&step != &steps.back()));
    at = step.to;
    entries += step.nodes.size();
  }
  CHECK(at == view.version());
  CHECK(entries == 9);  // the dead one is in no whole view
}

TEST_CASE("cluster_view: a death is told once, and who has missed it too long gets all", "[head]") {
  cluster_view view(10, 1);
  view.set(entry(1));
  view.set(entry(2));
  view.set(entry(3));
  const auto before = view.version();
  view.set(entry(2, node_state::dead));
  REQUIRE(view.since(before, 0)[0].nodes.size() == 1);
  CHECK(view.since(before, 0)[0].nodes[0].state == node_state::dead);
  view.set(entry(3, node_state::dead));
  CHECK(view.since(before, 0)[0].from == 0);
  CHECK(view.since(before, 0)[0].nodes.size() == 1);
  CHECK(view.find(rt::incarnation{3}) == nullptr);
}

TEST_CASE("cluster_view: one that came and went before anything was told is told as dead",
          "[head]") {
  cluster_view view(10, 10);
  view.set(entry(1));
  view.set(entry(2));
  view.set(entry(2, node_state::dead));
  CHECK(view.since(0, 0)[0].nodes.size() == 1);
  const auto told = view.since(0, 0, true);
  REQUIRE(told.size() == 1);
  CHECK(told[0].whole);
  REQUIRE(told[0].nodes.size() == 2);
  CHECK(told[0].nodes[1].incarnation == 2);
  CHECK(told[0].nodes[1].state == node_state::dead);
}

TEST_CASE("cluster_view: what is left to a draining node is told as of now", "[head]") {
  cluster_view view(10, 10);
  view.set(entry(1, node_state::draining), 500);
  CHECK(view.since(0, 200)[0].nodes[0].drain_left_ns == 300);
  CHECK(view.since(0, 900)[0].nodes[0].drain_left_ns == 0);
}

}  // namespace
