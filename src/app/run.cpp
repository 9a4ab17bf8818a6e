#include "app/exit_codes.hpp"
#include "app/flags.hpp"
#include "app/process.hpp"
#include "app/serving.hpp"

#include <rt/core/error.hpp>
#include <rt/run.hpp>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <optional>
#include <string>

namespace rt::detail {

namespace {

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
  return app::exit_failed;
}

int exit_code_of(const error& refused) {
  return refused.code() == errc::config ? app::exit_usage : app::exit_failed;
}

bool is_served(const config& options) {
  return options.role == role::head || options.role == role::worker;
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
      std::exit(app::exit_usage);
    }
    parsed = std::move(*result);
  }
  if (parsed.help) {
    const std::string text = app::help_text(argc > 0 ? argv[0] : "app");
    std::fwrite(text.data(), 1, text.size(), stdout);
    return 0;
  }
  const auto heads_address = app::take_heads_address();
  if (heads_address) {
    parsed.config.role = role::worker;
    parsed.config.address = *heads_address;
    parsed.config.port_file.clear();
  }
  std::optional<app::process> process;
  try {
    if (is_served(parsed.config)) {
      const int status = app::serve(parsed.config, argv, heads_address.has_value());
      // A process that the runtime has started does nothing else.
      if (heads_address) std::exit(status);
      return status;
    }
    process.emplace(parsed.config);
    if (process->in_cluster() != nullptr) {
      process->in_cluster()->wait_until_begun();
      process->in_cluster()->serves_driver();
    }
  } catch (const error& refused) {
    print_line(stderr, std::string("roundtrip: ") + refused.what());
    process.reset();
    std::exit(exit_code_of(refused));
  }
  return call_driver(driver, parsed.rest);
}

}  // namespace rt::detail
