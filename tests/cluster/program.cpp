// The program whose processes the tests in this folder run, in every role. What its driver does is the
// first argument; each job compares with a plain loop, and the exit code says whether all was right.
//
//     sum                        many small tasks, a tree of them, an actor
//     hold <folder> <tasks>      tasks that all wait for <folder>/go
//     exit <code>                nothing
//
// With `embed <address>` in their front it is a driver without rt::run.

#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <rt/rt.hpp>

namespace {

void say(const std::string& line) {
  const std::string whole = line + "\n";
  [[maybe_unused]] const auto written = ::write(STDOUT_FILENO, whole.data(), whole.size());
}

std::int64_t square(std::int64_t x) { return x * x; }
std::int64_t add(std::int64_t a, std::int64_t b) { return a + b; }
std::vector<std::int64_t> count_up(std::size_t size) {
  std::vector<std::int64_t> all(size);
  std::iota(all.begin(), all.end(), 0);
  return all;
}
std::int64_t sum_of(const std::vector<std::int64_t>& all) {
  return std::accumulate(all.begin(), all.end(), std::int64_t{0});
}

struct tally {
  std::int64_t all = 0;
  void add(std::int64_t more) { all += more; }
  std::int64_t read() const { return all; }
};

int sum() {
  constexpr std::int64_t tasks = 2'000;
  std::int64_t expected = 0;
  std::vector<rt::object_ref<std::int64_t>> level;
  for (std::int64_t i = 0; i < tasks; ++i) {
    expected += i * i;
    level.push_back(rt::remote<square>(i));
  }
  while (level.size() > 1) {
    std::vector<rt::object_ref<std::int64_t>> above;
    for (std::size_t i = 0; i + 1 < level.size(); i += 2) {
      above.push_back(rt::remote<add>(level[i], level[i + 1]));
    }
    if (level.size() % 2 != 0) above.push_back(level.back());
    level = above;
  }
  if (rt::get(level.front()) != expected) return EXIT_FAILURE;

  // Too large for a frame of its own kind: it travels in pieces.
  constexpr std::size_t large = 500'000;
  const auto numbers = rt::remote<count_up>(large);
  if (rt::get(rt::remote<sum_of>(numbers)) != std::int64_t{large} * (large - 1) / 2) {
    return EXIT_FAILURE;
  }

  const rt::actor<tally> all = rt::spawn<tally>();
  for (std::int64_t i = 1; i <= 100; ++i) rt::remote<&tally::add>(all, i);
  return rt::get(rt::remote<&tally::read>(all)) == 5'050 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/// Notes that it runs, in a file of its own process and by a line; returns when it may.
int hold(const std::string& folder, int number) {
  std::ofstream(folder + "/runs." + std::to_string(::getpid()), std::ios::app) << number << '\n';
  say("holds " + std::to_string(number));
  while (!std::filesystem::exists(folder + "/go")) {
    rt::this_task::sleep_for(std::chrono::milliseconds(2));
  }
  return number;
}

int hold_all(const std::string& folder, int tasks) {
  std::vector<rt::object_ref<int>> held;
  for (int i = 0; i < tasks; ++i) held.push_back(rt::remote<hold>(folder, i));
  // Nobody runs them here: this process only waits.
  rt::wait(held, {.num_returns = held.size()});
  for (int i = 0; i < tasks; ++i) {
    if (rt::get(held[static_cast<std::size_t>(i)]) != i) return EXIT_FAILURE;
  }
  say("all are right");
  return EXIT_SUCCESS;
}

int drive(std::span<char*> arguments) {
  const std::string_view job = arguments.size() > 1 ? arguments[1] : "";
  if (job == "sum") return sum();
  if (job == "hold" && arguments.size() == 4) {
    return hold_all(arguments[2], std::atoi(arguments[3]));
  }
  if (job == "exit" && arguments.size() == 3) return std::atoi(arguments[2]);
  std::fputs("program: sum | hold <folder> <tasks> | exit <code>\n", stderr);
  return EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3 || std::string_view(argv[1]) != "embed") return rt::run(argc, argv, drive);
  rt::config options;
  options.role = rt::role::driver;
  options.address = argv[2];
  try {
    const rt::runtime runtime(options);
    return drive(std::span(argv, static_cast<std::size_t>(argc)).subspan(2));
  } catch (const rt::authentication_error& refused) {
    say(std::string("no secret: ") + refused.what());
    return EXIT_FAILURE;
  }
}
