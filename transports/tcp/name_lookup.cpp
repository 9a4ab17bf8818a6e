#include "tcp/name_lookup.hpp"

#include <pthread.h>
#include <csignal>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "tcp/poller.hpp"

namespace rt::tcp {
namespace {

std::vector<asio::ip::tcp::endpoint> look_up(const std::string& host, unsigned short port) {
  asio::io_context around;
  asio::ip::tcp::resolver resolver(around);
  std::error_code failed;
  std::vector<asio::ip::tcp::endpoint> places;
  for (const auto& each : resolver.resolve(host, std::to_string(port), failed)) {
    places.push_back(each.endpoint());
  }
  return places;
}

/// Threads of ours take no signal: they start without.
class signals_blocked {
 public:
  signals_blocked() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~signals_blocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  signals_blocked(const signals_blocked&) = delete;
  signals_blocked& operator=(const signals_blocked&) = delete;

 private:
  sigset_t before_;
};

}  // namespace

struct name_lookup::shared {
  std::mutex lock;
  poller* woken;  // null when nobody waits any more
  std::vector<answer> answers;

  void add(answer come) {
    const std::lock_guard guard(lock);
    answers.push_back(std::move(come));
    if (woken != nullptr) woken->wake();
  }
};

name_lookup::name_lookup(poller& woken) : shared_(std::make_shared<shared>()) {
  shared_->woken = &woken;
}

name_lookup::~name_lookup() {
  const std::lock_guard guard(shared_->lock);
  shared_->woken = nullptr;
}

void name_lookup::ask(std::uint64_t asker, std::string host, unsigned short port) {
  ++open_;
  try {
    const signals_blocked blocked;
    std::thread([kept = shared_, asker, host = std::move(host), port] {
      ::pthread_setname_np(::pthread_self(), "rt-name-lookup");
      kept->add({asker, look_up(host, port)});
    }).detach();
  } catch (const std::system_error&) {
    shared_->add({asker, {}});
  }
}

std::vector<name_lookup::answer> name_lookup::take() {
  if (open_ == 0) return {};
  const std::lock_guard guard(shared_->lock);
  open_ -= shared_->answers.size();
  return std::exchange(shared_->answers, {});
}

}  // namespace rt::tcp
