// The main of every test program: Catch2's, with a watchdog over each test case that names the case
// when it hangs. RT_TEST_PATIENCE_S changes the watchdog's patience.

#define CATCH_CONFIG_RUNNER
#define CATCH_CONFIG_EXTERNAL_INTERFACES
#include "support/catch.hpp"

#include <chrono>
#include <cstdlib>
#include <optional>

#include "support/watchdog.hpp"

namespace {

std::chrono::seconds patience() {
  const char* text = std::getenv("RT_TEST_PATIENCE_S");
  const int seconds = text == nullptr ? 0 : std::atoi(text);
  return std::chrono::seconds(seconds > 0 ? seconds : 240);
}

#if __has_include(<catch2/catch_all.hpp>)
using listener_base = Catch::EventListenerBase;
#else
using listener_base = Catch::TestEventListenerBase;
#endif

/// Starts a watchdog when a test case starts and ends it with the case.
class hang_listener : public listener_base {
 public:
  using listener_base::listener_base;

  void testCaseStarting(const Catch::TestCaseInfo& info) override {
    listener_base::testCaseStarting(info);
    dog_.emplace(info.name, patience());
  }

  void testCaseEnded(const Catch::TestCaseStats& stats) override {
    dog_.reset();
    listener_base::testCaseEnded(stats);
  }

 private:
  std::optional<support::watchdog> dog_;
};

}  // namespace

CATCH_REGISTER_LISTENER(hang_listener)

int main(int argc, char** argv) { return Catch::Session().run(argc, argv); }
