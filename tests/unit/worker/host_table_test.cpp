#include "worker/hosting/host_table.hpp"

#include <vector>

#include "support/catch.hpp"

using namespace rt::worker::hosting;

namespace {

constexpr rt::actor_id actor{1, 1};
constexpr hosted_name life{actor, epoch_number{1}};
constexpr hosted_name next_life{actor, epoch_number{2}};
constexpr session_number owner{1};
constexpr session_number caller{2};
constexpr session_number other{3};
constexpr request_number request{7};

attempt_name name(std::uint32_t call) { return {rt::wire::owner_index{call}, 0}; }

/// A table with an actor that is built, and what its last step has done.
struct one_actor {
  host_table table;
  effects out;

  explicit one_actor(const actor_options& options = {}) {
    table.create(owner, request, life, options, out);
    CHECK(out.to_build == std::vector{life});
    table.built(life, false, out);
    REQUIRE(out.creations.size() == 1);
    CHECK(out.creations[0].what == effects::created::kind::built);
    out = {};
  }
  void call(session_number from, call_seq seq, std::uint32_t number, bool ready = true) {
    const arrived_call calls[] = {{name(number), ready}};
    table.calls(from, life, seq, calls, out);
  }
  /// Begins all that may, and returns their numbers.
  std::vector<std::uint32_t> begin() {
    std::vector<std::uint32_t> begun;
    while (const auto each = table.begin(life)) {
      begun.push_back(static_cast<std::uint32_t>(each->call.task));
    }
    return begun;
  }
  std::vector<effects::answer::kind> answers() const {
    std::vector<effects::answer::kind> all;
    for (const effects::answer& each : out.answers) all.push_back(each.what);
    return all;
  }
};

using answer = effects::answer::kind;
using numbers = std::vector<std::uint32_t>;

}  // namespace

TEST_CASE("host_table: begins one call at a time, the first to have come", "[worker]") {
  one_actor one;
  one.call(caller, call_seq{1}, 0);
  one.call(other, call_seq{4}, 1);
  one.call(caller, call_seq{2}, 2);
  CHECK(one.out.to_begin.size() == 3);
  CHECK(one.begin() == numbers{0});
  CHECK(one.table.ended(life, caller, name(0), one.out)->seq == call_seq{1});
  CHECK(one.begin() == numbers{1});
  CHECK(one.table.ended(life, other, name(1), one.out)->caller == other);
  CHECK(one.begin() == numbers{2});
}

TEST_CASE("host_table: a call that waits for arguments keeps its caller's others", "[worker]") {
  one_actor one({.calls_max = 3});
  one.call(caller, call_seq{1}, 0, false);
  one.call(caller, call_seq{2}, 1);
  one.call(other, call_seq{1}, 2);
  CHECK(one.begin() == numbers{2});
  one.table.ready(caller, life, name(0), one.out);
  CHECK(one.begin() == numbers{0, 1});
}

TEST_CASE("host_table: a call comes once in a life", "[worker]") {
  one_actor one({.calls_max = 3});
  one.call(caller, call_seq{2}, 0);
  one.call(caller, call_seq{2}, 0);
  one.call(caller, call_seq{1}, 1);
  CHECK(one.begin() == numbers{0});
  CHECK(one.out.answers.empty());
}

TEST_CASE("host_table: hands back calls of a life that is not here", "[worker]") {
  one_actor one;
  const arrived_call calls[] = {{name(0)}, {name(1)}};
  one.table.calls(caller, next_life, call_seq{1}, calls, one.out);
  CHECK(one.answers() == std::vector{answer::handed_back, answer::handed_back});
}

TEST_CASE("host_table: a kill loses what runs, and hands back what waits", "[worker]") {
  one_actor one;
  one.call(caller, call_seq{1}, 0);
  one.call(caller, call_seq{2}, 1);
  one.begin();
  one.out = {};
  CHECK_FALSE(one.table.kill(next_life, one.out));
  CHECK(one.table.kill({actor, {}}, one.out));
  CHECK(one.answers() == std::vector{answer::lost, answer::handed_back});
  CHECK(one.out.end_actor == std::vector{life});
  REQUIRE(one.out.ends.size() == 1);
  CHECK(one.out.ends[0].to == owner);
  CHECK(one.out.ends[0].why == end_reason::killed);
  CHECK(one.out.freed.empty());
  CHECK_FALSE(one.table.kill(life, one.out));
  // The method returns to nobody.
  one.out = {};
  CHECK_FALSE(one.table.ended(life, caller, name(0), one.out));
  CHECK(one.out.freed == std::vector{life});
  CHECK(one.table.empty());
}

TEST_CASE("host_table: a crash loses what had begun, and frees at once", "[worker]") {
  one_actor one;
  one.call(caller, call_seq{1}, 0);
  one.begin();
  one.out = {};
  one.table.process_died(life, one.out);
  CHECK(one.answers() == std::vector{answer::lost});
  CHECK(one.out.ends[0].why == end_reason::process_died);
  CHECK(one.out.freed == std::vector{life});
  CHECK(one.table.empty());
}

TEST_CASE("host_table: finishes the calls that it has", "[worker]") {
  one_actor one;
  one.call(caller, call_seq{1}, 0);
  one.table.finish(life, one.out);
  CHECK(one.out.ends.empty());
  one.begin();
  one.out = {};
  CHECK(one.table.ended(life, caller, name(0), one.out));
  REQUIRE(one.out.ends.size() == 1);
  CHECK(one.out.ends[0].why == end_reason::finished);
  CHECK(one.table.empty());
}

TEST_CASE("host_table: an actor ends with its owner, unless it is detached", "[worker]") {
  one_actor one({.detached = GENERATE(false, true)});
  const bool detached = one.table.actors().at(life).options.detached;
  one.call(caller, call_seq{1}, 0);
  one.out = {};
  one.table.session_ended(owner, one.out);
  CHECK(one.out.ends.empty());
  CHECK(one.table.empty() != detached);
  if (!detached) {
    CHECK(one.answers() == std::vector{answer::handed_back});
    return;
  }
  CHECK(one.begin() == numbers{0});
  // Another owner finds it built.
  one.out = {};
  one.table.create(other, request, life, {.detached = true}, one.out);
  REQUIRE(one.out.creations.size() == 1);
  CHECK(one.out.creations[0].to == other);
  CHECK(one.out.to_build.empty());
  one.table.session_ended(other, one.out);
  one.out = {};
  one.table.exit(life, one.out);
  REQUIRE(one.out.ends.size() == 1);
  CHECK_FALSE(one.out.ends[0].to);
}

TEST_CASE("host_table: of a caller that is gone nothing begins", "[worker]") {
  one_actor one;
  one.call(caller, call_seq{1}, 0);
  one.call(caller, call_seq{2}, 1);
  one.call(other, call_seq{1}, 2);
  one.begin();
  one.out = {};
  one.table.session_ended(caller, one.out);
  CHECK(one.out.interruptions.size() == 1);
  CHECK(one.out.answers.empty());
  CHECK_FALSE(one.table.ended(life, caller, name(0), one.out));
  CHECK(one.begin() == numbers{2});
}

TEST_CASE("host_table: a cancelled call never begins, or is told", "[worker]") {
  one_actor one;
  one.call(caller, call_seq{1}, 0);
  one.call(caller, call_seq{2}, 1);
  one.begin();
  one.out = {};
  CHECK(one.table.cancel(caller, life, name(1), one.out) == cancel_effect::never_starts);
  CHECK(one.answers() == std::vector{answer::cancelled});
  CHECK(one.table.cancel(caller, life, name(0), one.out) == cancel_effect::told);
  CHECK(one.out.interruptions.size() == 1);
  CHECK(one.table.cancel(other, life, name(0), one.out) == cancel_effect::not_here);
  one.table.ended(life, caller, name(0), one.out);
  CHECK(one.begin().empty());
}

TEST_CASE("host_table: tells once how building has ended", "[worker]") {
  host_table table;
  effects out;
  table.create(owner, request, life, {}, out);
  const arrived_call calls[] = {{name(0)}};
  table.calls(caller, life, call_seq{1}, calls, out);
  CHECK(out.to_begin.empty());
  out = {};
  SECTION("it threw") {
    table.built(life, true, out);
    REQUIRE(out.creations.size() == 1);
    CHECK(out.creations[0].what == effects::created::kind::threw);
  }
  SECTION("it was ended before") {
    table.kill(life, out);
    REQUIRE(out.creations.size() == 1);
    CHECK(out.creations[0].what == effects::created::kind::ended);
    CHECK(out.freed.empty());
    table.built(life, GENERATE(false, true), out);
  }
  SECTION("its process died") {
    table.process_died(life, out);
    REQUIRE(out.creations.size() == 1);
    CHECK(out.creations[0].what == effects::created::kind::ended);
    table.built(life, false, out);
  }
  SECTION("its owner died") {
    table.session_ended(owner, out);
    CHECK(out.creations.empty());
    table.built(life, false, out);
  }
  CHECK(out.ends.empty());
  CHECK(out.answers.size() == 1);
  CHECK(out.freed == std::vector{life});
  CHECK(table.empty());
}

TEST_CASE("host_table: a later life takes the place of an earlier one", "[worker]") {
  one_actor one;
  one.table.create(owner, request, next_life, {}, one.out);
  CHECK(one.out.ends.size() == 1);
  CHECK(one.out.freed == std::vector{life});
  CHECK(one.out.to_build == std::vector{next_life});
  one.out = {};
  one.table.create(owner, request, life, {}, one.out);
  REQUIRE(one.out.creations.size() == 1);
  CHECK(one.out.creations[0].what == effects::created::kind::ended);
  CHECK(one.out.to_build.empty());
}

TEST_CASE("host_table: of one that was to finish while it was built nothing is left", "[worker]") {
  host_table table;
  effects out;
  table.create(owner, request, life, {}, out);
  table.finish(life, out);
  CHECK(out.creations.empty());
  table.built(life, false, out);
  CHECK(out.creations.size() == 1);
  CHECK(out.ends.size() == 1);
  CHECK(table.empty());
}

TEST_CASE("host_table: of a caller that is held nothing begins, and others' calls pass",
          "[worker]") {
  one_actor one;
  one.table.hold(caller);
  one.call(caller, call_seq{1}, 0);
  one.call(other, call_seq{1}, 1);
  CHECK(one.begin() == numbers{1});
  static_cast<void>(one.table.ended(life, other, name(1), one.out));
  CHECK(one.begin().empty());
  one.out = {};
  one.table.go_on(caller, one.out);
  CHECK(one.out.to_begin == std::vector{life});
  CHECK(one.begin() == numbers{0});
  one.out = {};
  one.table.go_on(caller, one.out);
  CHECK(one.out.to_begin.empty());
}

TEST_CASE("host_table: an actor does not finish while a caller is held", "[worker]") {
  one_actor one;
  one.table.hold(caller);
  one.call(caller, call_seq{1}, 0);
  one.table.finish(life, one.out);
  CHECK(one.out.ends.empty());
  one.table.go_on(caller, one.out);
  CHECK(one.begin() == numbers{0});
  static_cast<void>(one.table.ended(life, caller, name(0), one.out));
  CHECK(one.out.ends.size() == 1);
}
