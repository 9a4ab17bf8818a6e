#include <iostream>
#include <string>

#include "explore/calls_search.hpp"
#include "support/catch.hpp"

// Every run of an actor, its owner, its callers and its hosts within limits: every order of arrival,
// every moment at which a method begins or returns, an actor is killed, exits or is built again, a
// process or a session ends.

using namespace explore::calls;

namespace {

void check_all(const std::string& what, std::uint64_t states_min, const limits& allowed) {
  const search_result found = search(allowed);
  std::cout << "calls: " << what << ": " << found.states << " states, " << found.steps << " steps, "
            << found.depth << " of them to the farthest, up to " << found.letters_max
            << " letters on the way" << std::endl;
  CAPTURE(what);
  CHECK(found.failure == "");
  CHECK(found.states >= states_min);  // else something is never tried
}

}  // namespace

TEST_CASE("calls: an owner and its actor") {
  check_all("3 calls, arguments come later, a cancel", 1'000,
            {.calls = 3, .unready = 1, .late_arguments = 1, .cancels = 1});
  check_all("3 calls, two at a time, 2 cancels", 2'000,
            {.calls = 3, .together = 2, .late_arguments = 1, .cancels = 2});
  check_all("in its own process: 3 calls, a kill, a cancel", 200,
            {.processes = 1, .hosts = {0}, .calls = 3, .cancels = 1, .kills = 1});
  check_all("2 calls, all that ends an actor, registered", 500,
            {.calls = 2,
             .registered = true,
             .kills = 1,
             .drops = 1,
             .exits = 1,
             .throws = 1,
             .refusals = 1});
}

TEST_CASE("calls: an actor restarts") {
  check_all("2 calls, a crash, a kill", 1'000,
            {.calls = 2, .max_restarts = 1, .kills = 1, .crashes = 1});
  check_all("2 calls, made again, a crash, a mild kill", 4'000,
            {.calls = 2, .retries = 1, .max_restarts = 2, .mild_kills = 1, .crashes = 1});
  check_all("3 calls, made again, a crash, a cancel", 5'000,
            {.calls = 3, .retries = 1, .max_restarts = 1, .cancels = 1, .crashes = 1});
  check_all("2 calls, two hosts, one dies", 1'000,
            {.processes = 3, .hosts = {1, 2}, .calls = 2, .max_restarts = 1, .deaths = 1});
  check_all("restarts without limit, 4 crashes, at most 2 restarts in their time", 400,
            {.calls = 1, .max_restarts = -1, .restarts_max = 2, .crashes = 4});
}

TEST_CASE("calls: a caller, the owner and a host") {
  // All that differs between the worlds: faults.
  const auto with = [](void (*change)(limits&)) {
    limits made{.processes = 3, .callers = {1}, .hosts = {2}, .calls = 2, .max_restarts = 1};
    change(made);
    return made;
  };
  check_all("2 calls, a crash, a cancel", 5'000,
            with([](limits& of) { of.crashes = of.cancels = 1; }));
  check_all("3 calls, made again, two crashes", 100'000, with([](limits& of) {
              of.calls = 3;
              of.crashes = 2;
              of.max_restarts = of.retries = 2;
            }));
  check_all("2 calls, made again, a mild kill, a kill", 10'000,
            with([](limits& of) { of.retries = of.mild_kills = of.kills = 1; }));
  check_all("2 calls, made again, two sessions end, late letters, a tick", 50'000,
            with([](limits& of) {
              of.breaks = of.late = 2;
              of.retries = of.ticks = 1;
            }));
  check_all("2 calls, made again, a session ends, a late letter, a crash", 40'000,
            with([](limits& of) { of.breaks = of.late = of.retries = of.crashes = 1; }));
  check_all("2 calls, a process dies, a crash", 10'000,
            with([](limits& of) { of.deaths = of.crashes = 1; }));
  check_all("2 calls, made again, two processes die", 2'000, with([](limits& of) {
              of.deaths = 2;
              of.retries = 1;
            }));
  check_all("2 calls, a crash, all that ends an actor, registered", 20'000, with([](limits& of) {
              of.drops = of.exits = of.throws = of.refusals = of.kills = of.crashes = 1;
              of.registered = true;
            }));
}

TEST_CASE("calls: two callers") {
  const auto with = [](void (*change)(limits&)) {
    limits made{.processes = 3,
                .callers = {0, 1},
                .hosts = {2},
                .calls = 2,
                .retries = 1,
                .max_restarts = 1};
    change(made);
    return made;
  };
  check_all("the owner is one, a crash", 50'000, with([](limits& of) { of.crashes = 1; }));
  check_all("the owner is one, a session ends", 20'000, with([](limits& of) { of.breaks = 1; }));
  check_all("the owner is one, a mild kill", 50'000, with([](limits& of) { of.mild_kills = 1; }));
  check_all("the host is one, a session ends, a crash", 100'000, with([](limits& of) {
              of.callers = {0, 2};
              of.breaks = of.crashes = 1;
            }));
  check_all("a call each, two hosts, a process dies, a session ends", 50'000, with([](limits& of) {
              of.calls = 1;
              of.hosts = {1, 2};
              of.deaths = of.breaks = 1;
            }));
}

TEST_CASE("calls: four processes, two of them hosts") {
  check_all("two callers, a call each, a process dies", 20'000,
            {.processes = 4,
             .callers = {0, 1},
             .hosts = {2, 3},
             .calls = 1,
             .retries = 1,
             .max_restarts = 1,
             .deaths = 1});
  check_all("a caller, 2 calls, a process dies, a session ends", 200'000,
            {.processes = 4,
             .callers = {1},
             .hosts = {2, 3},
             .calls = 2,
             .retries = 1,
             .max_restarts = 1,
             .breaks = 1,
             .deaths = 1});
}
