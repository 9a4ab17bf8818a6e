#include "app/flags.hpp"
#include "app/process.hpp"

#include <rt/core/error.hpp>
#include <rt/run.hpp>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <optional>
#include <string>

namespace rt::detail {

namespace {

constexpr int exit_failed = 1;
constexpr int exit_usage = 2;

void print_line(std::FILE* to, const std::string& text) {
  // One write, so that lines of several processes do not mix.
  const std::string line = text + "\n";
  std::fwrite(line.data(), 1, line.size(), to);
  std::fflush(to);
}

int call_driver(const std::function<int(std::span<char*>)>& driver, std::span<char*> rest) {
  try {
    return driver(rest);
  } catch (const std::exception& escaped) {
    print_line(stderr,
               std::string("roundtrip: the driver ended with an exception: ") + escaped.what());
  } catch (...) {
    print_line(stderr, "roundtrip: the driver ended with an exception of an unknown type");
  }
  return exit_failed;
}

}  // namespace

int run_driver(int argc, char** argv, const std::function<int(std::span<char*>)>& driver) {
  // The caller's mistake, not that of whoever wrote the command line.
  app::process::check_place();
  app::parsed_command_line parsed;
  {
    auto result = app::parse_command_line(
        argc, argv, [](const char* name) -> const char* { return std::getenv(name); });
    if (!result) {
      print_line(stderr, result.error().message);
      std::exit(exit_usage);
    }
    parsed = std::move(*result);
  }
  if (parsed.help) {
    const std::string text = app::help_text(argc > 0 ? argv[0] : "app");
    std::fwrite(text.data(), 1, text.size(), stdout);
    return 0;
  }
  std::optional<app::process> process;
  try {
    process.emplace(parsed.config);
  } catch (const error& refused) {
    print_line(stderr, std::string("roundtrip: ") + refused.what());
    std::exit(exit_usage);
  }
  return call_driver(driver, parsed.rest);
}

}  // namespace rt::detail
