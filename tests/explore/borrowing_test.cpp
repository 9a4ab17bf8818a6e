#include <iostream>
#include <string>

#include "explore/borrowing_search.hpp"
#include "support/catch.hpp"

// Every run of two and of three processes within limits: every order of arrival, every moment at
// which a reference is dropped or handed on, a task ends, a letter arrives again, a process dies.

using namespace explore::borrowing;

namespace {

void check_all(const std::string& what, std::uint64_t states_min, const limits& allowed) {
  const search_result found = search(allowed);
  std::cout << "borrowing: " << what << ": " << found.states << " states, " << found.steps
            << " steps, " << found.depth << " of them to the farthest, up to " << found.letters_max
            << " letters on the way\n";
  CAPTURE(what);
  CHECK(found.failure == "");
  CHECK(found.states >= states_min);  // else something is never tried
}

}  // namespace

TEST_CASE("borrowing: two processes hand references to and fro") {
  check_all("2 processes, 3 calls", 20'000, {.processes = 2, .calls = 3});
  check_all("2 processes, 4 calls with arguments", 100'000,
            {.processes = 2, .calls = 4, .empty_calls = false});
  check_all("2 processes, 3 calls with arguments, a letter twice", 80'000,
            {.processes = 2, .calls = 3, .repeats = 1, .empty_calls = false});
  check_all("2 processes, 2 calls, an object in an object", 100'000,
            {.processes = 2, .calls = 2, .puts = 1, .opens = 1});
}

TEST_CASE("borrowing: one of two processes dies at any point") {
  for (const bool after_all : {false, true}) {
    check_all("2 processes, 3 calls, a death", 20'000,
              {.processes = 2, .calls = 3, .deaths = 1, .buried_after_all = after_all});
    check_all("2 processes, a call, an object in an object, a death", 1'000,
              {.processes = 2,
               .calls = 1,
               .puts = 1,
               .opens = 1,
               .deaths = 1,
               .buried_after_all = after_all});
  }
}

TEST_CASE("borrowing: three processes hand references on") {
  check_all("3 processes, 2 calls", 10'000, {.processes = 3, .calls = 2});
  check_all("3 processes, 2 calls with arguments, a letter twice", 80'000,
            {.processes = 3, .calls = 2, .repeats = 1, .empty_calls = false});
  check_all("3 processes, 3 calls with arguments", 500'000,
            {.processes = 3, .calls = 3, .empty_calls = false});
  check_all(
      "3 processes, 2 calls with arguments, an object in an object", 300'000,
      {.processes = 3, .calls = 2, .puts = 1, .opens = 1, .empty_calls = false, .results = false});
}

TEST_CASE("borrowing: one or two of three processes die at any point") {
  check_all("3 processes, 2 calls, a death", 30'000, {.processes = 3, .calls = 2, .deaths = 1});
  check_all("3 processes, 2 calls, two deaths", 50'000,
            {.processes = 3, .calls = 2, .deaths = 2, .buried_after_all = true});
  check_all("3 processes, 2 calls with arguments, a death, a letter twice", 200'000,
            {.processes = 3,
             .calls = 2,
             .deaths = 1,
             .repeats = 1,
             .empty_calls = false,
             .buried_after_all = true});
  check_all("3 processes, 3 calls with arguments and no results, a death", 100'000,
            {.processes = 3,
             .calls = 3,
             .deaths = 1,
             .empty_calls = false,
             .results = false,
             .buried_after_all = true});
  check_all(
      "3 processes, a call, an object in an object, a death", 40'000,
      {.processes = 3, .calls = 1, .puts = 1, .opens = 1, .deaths = 1, .buried_after_all = true});
}
