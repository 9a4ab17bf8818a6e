#pragma once

#include <functional>
#include <span>
#include <type_traits>
#include <utility>

namespace rt {

namespace detail {
int run_driver(int argc, char** argv, const std::function<int(std::span<char*>)>& driver);
}  // namespace detail

/// Runs a program: reads the runtime's own flags, starts it, calls `driver` and returns its result.
///
/// `driver()` or `driver(std::span<char*> rest)`: `rest[0]` is the program's name, the runtime's flags
/// are left out; after `--` all is the program's own. `argv` stays unchanged. A driver that returns
/// `void` counts as 0. An exception that escapes it is printed, and the result is 1.
/// Thread: the main thread; the only function of the library that touches signals.
/// Errors: a bad flag or variable is one line on stderr, and the process exits with 2; `config_error`
/// inside a task and while another runtime lives.
template <class Driver>
int run(int argc, char** argv, Driver&& driver) {
  constexpr bool takes_rest = std::is_invocable_v<Driver&, std::span<char*>>;
  static_assert(takes_rest || std::is_invocable_v<Driver&>,
                "rt::run: the driver is called as driver() or driver(std::span<char*> rest)");
  return detail::run_driver(argc, argv, [&](std::span<char*> rest) -> int {
    auto call = [&]() -> decltype(auto) {
      if constexpr (takes_rest) {
        return driver(rest);
      } else {
        static_cast<void>(rest);
        return driver();
      }
    };
    using returned = decltype(call());
    static_assert(std::is_void_v<returned> || std::is_convertible_v<returned, int>,
                  "rt::run: the driver returns an int or nothing");
    if constexpr (std::is_void_v<returned>) {
      call();
      return 0;
    } else {
      return call();
    }
  });
}

}  // namespace rt
