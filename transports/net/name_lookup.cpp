#include "net/name_lookup.hpp"

#include <netdb.h>
#include <pthread.h>
#include <sys/socket.h>
#include <array>
#include <csignal>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "net/poller.hpp"

namespace rt::net {
namespace {

std::vector<place> look_up(const place& named) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;  // else each comes once for every kind
  wanted.ai_flags = AI_ADDRCONFIG;
  addrinfo* found = nullptr;
  std::vector<place> places;
  if (::getaddrinfo(named.host.c_str(), nullptr, &wanted, &found) != 0) return places;
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    std::array<char, NI_MAXHOST> text;
    if (::getnameinfo(each->ai_addr, each->ai_addrlen, text.data(), text.size(), nullptr, 0,
                      NI_NUMERICHOST) == 0) {
      places.push_back({text.data(), named.port});
    }
  }
  ::freeaddrinfo(found);
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

void name_lookup::ask(std::uint64_t asker, place named) {
  ++open_;
  try {
    const signals_blocked blocked;
    std::thread([kept = shared_, asker, named = std::move(named)] {
      ::pthread_setname_np(::pthread_self(), "rt-name-lookup");
      kept->add({asker, look_up(named)});
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

}  // namespace rt::net
