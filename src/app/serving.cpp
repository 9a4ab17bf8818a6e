#include "app/serving.hpp"

#include <poll.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <memory>

#include "app/exit_codes.hpp"
#include "app/place.hpp"
#include "app/process.hpp"
#include "platform/clock.hpp"
#include "platform/log_line.hpp"
#include "platform/own_program.hpp"
#include "platform/signal_queue.hpp"
#include "rt/core/error.hpp"

namespace rt::app {
namespace {

const char* const heads_address = "RT_NODE_OF_HEAD";
/// The head's node is begun once more so long after it has ended.
constexpr instant node_again_after = 1'000'000'000;
constexpr instant ms = 1'000'000;

void say(const std::string& line) { platform::write_log_line(line); }

/// How others join, in words. The secret itself is in no line.
std::string how_to_join(const config& options, const std::string& at, const std::string& secrets,
                        const std::string& program) {
  const std::string call = program + " --role=worker --address=" + at;
  if (options.insecure) return "others join by: " + call + " --insecure";
  const result<rt::address> parsed = rt::address::parse(at);
  if (parsed && is_loopback(*parsed)) return "others on this machine join by: " + call;
  return "others join by: " + call + ", on another machine with a copy of " + secrets +
         " and --secret-file=COPY";
}

/// A head or a worker while it serves.
class server {
 public:
  server(const config& options, char* const* argv, bool started_by_head)
      : options_(options),
        argv_(argv),
        started_by_head_(started_by_head),
        signals_({SIGTERM, SIGINT}),
        process_(std::make_unique<process>(options)),
        cluster_(*process_->in_cluster()) {}

  int run() {
    while (!ends_) {
      wait();
      hear_signals();
      cluster_.news().silence();
      hear_news();
      see_to_node();
    }
    node_ = nullptr;
    process_ = nullptr;
    return status_;
  }

 private:
  bool is_head() const noexcept { return options_.role == role::head; }

  void wait() {
    std::array<pollfd, 3> watched{{{signals_.descriptor(), POLLIN, 0},
                                   {cluster_.news().descriptor(), POLLIN, 0},
                                   {node_ ? node_->descriptor() : -1, POLLIN, 0}}};
    ::poll(watched.data(), watched.size(), wait_ms());
  }

  int wait_ms() const noexcept {
    if (node_at_ == never) return -1;
    const instant left = node_at_ - platform::monotonic_now();
    return left <= 0 ? 0 : static_cast<int>(left / ms) + 1;
  }

  void hear_signals() {
    while (const auto came = signals_.take()) {
      if (leaves_) {
        if (node_) node_->signal(SIGKILL);
        say("ends at once, by a second signal");
        std::_Exit(exit_by_signal + *came);
      }
      leaves_ = true;
      say(std::string(to_string(options_.role)) + " is to end; what runs here has " +
          to_string(options_.shutdown_timeout) + "; a second signal ends it at once");
      if (is_head()) {
        node_at_ = never;
        if (node_) node_->signal(SIGTERM);
        else ends_ = true;
      } else {
        cluster_.leave_within(options_.shutdown_timeout.is_forever()
                                  ? never - 1
                                  : options_.shutdown_timeout.duration().count());
      }
    }
  }

  void hear_news() {
    const cluster_standing now = cluster_.standing();
    if (now.begun && !std::exchange(begun_, true)) begin(now);
    if (!now.over || ends_) return;
    ends_ = true;
    if (now.anew && !leaves_) return begin_anew();
    if (now.failure) say(now.failure->message);
    const bool failed = now.failure || !begun_ || (is_head() && !leaves_);
    if (failed && !leaves_) {
      status_ = now.failure && now.failure->code == errc::config ? exit_usage : exit_failed;
    }
  }

  void begin(const cluster_standing& now) {
    const std::string at = is_head()                  ? now.address
                           : options_.address.empty() ? std::string(default_address)
                                                      : options_.address;
    if (!is_head()) {
      say(started_by_head_ ? "the head's node serves" : "worker of the cluster at " + at);
      return;
    }
    address_ = at;
    say("head at " + at + "; its log is in memory and ends with it; " +
        how_to_join(options_, at, cluster_.secrets_at(), argv_[0] != nullptr ? argv_[0] : "app"));
    begin_node();
  }

  void begin_node() {
    node_at_ = never;
    node_ = std::make_unique<platform::own_program>(argv_, heads_address, address_);
  }

  void see_to_node() {
    if (node_) {
      if (const auto how = node_->ended()) {
        node_ = nullptr;
        if (leaves_) {
          ends_ = true;
        } else {
          say("the head's node has ended " + *how + "; another begins soon");
          node_at_ = platform::monotonic_now() + node_again_after;
        }
      }
    } else if (node_at_ != never && platform::monotonic_now() >= node_at_) {
      begin_node();
    }
  }

  /// This life of it counts no more: whatever runs here is done elsewhere, and ends at once.
  void begin_anew() {
    say("the head takes this process for dead; it begins anew");
    platform::begin_program_anew(argv_, started_by_head_ ? heads_address : "",
                                 started_by_head_ ? options_.address : "");
    status_ = exit_failed;
  }

  const config options_;
  char* const* const argv_;
  const bool started_by_head_;
  platform::signal_queue signals_;  // before there is any thread
  std::unique_ptr<process> process_;
  cluster_process& cluster_;
  std::unique_ptr<platform::own_program> node_;
  std::string address_;
  instant node_at_ = never;
  bool begun_ = false;
  bool leaves_ = false;
  bool ends_ = false;
  int status_ = 0;
};

}  // namespace

std::optional<std::string> take_heads_address() {
  const char* const given = std::getenv(heads_address);
  if (given == nullptr || *given == '\0') return std::nullopt;
  std::string address = given;
  ::unsetenv(heads_address);
  return address;
}

int serve(const config& options, char* const* argv, bool started_by_head) {
  return server(options, argv, started_by_head).run();
}

}  // namespace rt::app
