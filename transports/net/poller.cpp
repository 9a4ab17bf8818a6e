#include "net/poller.hpp"

#include <sys/eventfd.h>
#include <unistd.h>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace rt::net {
namespace {

int need(int descriptor, const char* what) {
  if (descriptor >= 0) return descriptor;
  std::fprintf(stderr, "roundtrip: %s: %s\n", what, std::strerror(errno));
  std::abort();
}

}  // namespace

poller::poller()
    : watched_(need(::epoll_create1(EPOLL_CLOEXEC), "no descriptor to watch sockets with")),
      wakes_(need(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "no descriptor to be woken by")) {
  add(wakes_, wake_key, EPOLLIN);  // until it has been emptied
}

poller::~poller() {
  ::close(wakes_);
  ::close(watched_);
}

void poller::add(int descriptor, std::uint64_t key) {
  add(descriptor, key, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET);
}

void poller::add_readable(int descriptor, std::uint64_t key) {
  add(descriptor, key, EPOLLIN | EPOLLET);
}

void poller::add(int descriptor, std::uint64_t key, std::uint32_t events) {
  epoll_event wanted{};
  wanted.events = events;
  wanted.data.u64 = key;
  need(::epoll_ctl(watched_, EPOLL_CTL_ADD, descriptor, &wanted), "a socket cannot be watched");
}

std::span<const readiness> poller::look(int wait_ms) {
  const int count = ::epoll_wait(watched_, events_.data(), static_cast<int>(ready_max), wait_ms);
  std::size_t ready = 0;
  for (int i = 0; i < count; ++i) {
    const epoll_event& each = events_[static_cast<std::size_t>(i)];
    if (each.data.u64 == wake_key) {
      std::uint64_t wakes = 0;
      [[maybe_unused]] const auto read = ::read(wakes_, &wakes, sizeof wakes);
      continue;
    }
    ready_[ready].key = each.data.u64;
    ready_[ready].readable = (each.events & ~std::uint32_t{EPOLLOUT}) != 0;
    ready_[ready].writable = (each.events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) != 0;
    ++ready;
  }
  return {ready_.data(), ready};
}

void poller::wake() noexcept {
  const std::uint64_t once = 1;
  [[maybe_unused]] const auto written = ::write(wakes_, &once, sizeof once);
}

}  // namespace rt::net
