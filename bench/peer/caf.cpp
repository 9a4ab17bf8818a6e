#include "peer/caf.hpp"

#include <algorithm>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/response_promise.hpp>
#include <caf/scoped_actor.hpp>
#include <deque>
#include <stdexcept>
#include <vector>

#include "harness/machine.hpp"

namespace bench::caf_peer {
namespace {

class config : public caf::actor_system_config {
 public:
  explicit config(const session& s) {
    set("scheduler.max-threads", static_cast<std::size_t>(s.cores));
  }
};

caf::behavior increment_actor(caf::event_based_actor*) {
  return {[](int x) { return x + 1; }};
}

[[noreturn]] void failed() { throw std::runtime_error("CAF answered with an error"); }

/// Asks `partner` until `left` answers have come, then delivers the last one.
void ask(caf::event_based_actor* self, caf::actor partner, int left, caf::response_promise done) {
  self->request(partner, caf::infinite, left).then([=](int answer) mutable {
    if (left == 1) {
      done.deliver(answer);
    } else {
      ask(self, partner, left - 1, done);
    }
  });
}

caf::behavior asking_actor(caf::event_based_actor* self, caf::actor partner) {
  return {[=](int times) -> caf::result<int> {
    auto done = self->make_response_promise();
    ask(self, partner, times, done);
    return done;
  }};
}

/// As `ask`, each time of a new actor that ends when no one holds it any more.
void churn(caf::event_based_actor* self, int left, caf::response_promise done) {
  self->request(self->spawn(increment_actor), caf::infinite, left).then([=](int answer) mutable {
    if (left == 1) {
      done.deliver(answer);
    } else {
      churn(self, left - 1, done);
    }
  });
}

caf::behavior churning_actor(caf::event_based_actor* self) {
  return {[=](int times) -> caf::result<int> {
    auto done = self->make_response_promise();
    churn(self, times, done);
    return done;
  }};
}

int call(caf::scoped_actor& self, const caf::actor& whom, int x) {
  int answer = 0;
  self->request(whom, caf::infinite, x)
      .receive([&](int y) { answer = y; }, [](caf::error&) { failed(); });
  return answer;
}

constexpr int window = 256;

double window_of_requests(const session& s) {
  config cfg(s);
  caf::actor_system system(cfg);
  caf::scoped_actor self(system);
  auto whom = self->spawn(increment_actor);
  using handle = decltype(self->request(whom, caf::infinite, 1));
  std::deque<handle> flying;
  return rate(s, window, [&] {
    for (int i = 0; i < window; ++i) flying.push_back(self->request(whom, caf::infinite, i));
    for (; !flying.empty(); flying.pop_front()) {
      flying.front().receive([](int y) { keep(y); }, [](caf::error&) { failed(); });
    }
  });
}

double window_of_messages(const session& s) {
  config cfg(s);
  caf::actor_system system(cfg);
  caf::scoped_actor self(system);
  auto whom = self->spawn(increment_actor);
  return rate(s, window, [&] {
    for (int i = 0; i < window; ++i) self->send(whom, i);
    int left = window;
    self->receive_while([&] { return left > 0; })([&](int y) {
      keep(y);
      --left;
    });
  });
}

std::vector<caf::actor> make_actors(caf::scoped_actor& self, std::size_t count) {
  std::vector<caf::actor> actors;
  actors.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    actors.push_back(self->spawn<caf::lazy_init>(increment_actor));
  }
  for (auto& a : actors) self->send(a, 1);
  std::size_t left = count;
  self->receive_while([&] { return left > 0; })([&](int) { --left; });
  return actors;
}

}  // namespace

double actor_to_actor(const session& s) {
  config cfg(s);
  caf::actor_system system(cfg);
  caf::scoped_actor self(system);
  auto whom = self->spawn(increment_actor);
  auto asking = self->spawn(asking_actor, whom);
  constexpr int count = 5000;
  return seconds_each(s, count, [&] { keep(call(self, asking, count)); });
}

double thread_window(const session& s) {
  session half = s;
  half.seconds /= 2;
  return std::max(window_of_requests(half), window_of_messages(half));
}

double thread_round_trip(const session& s) {
  config cfg(s);
  caf::actor_system system(cfg);
  caf::scoped_actor self(system);
  auto whom = self->spawn(increment_actor);
  constexpr int count = 20;
  return seconds_each(s, count, [&] {
    for (int i = 0; i < count; ++i) keep(call(self, whom, i));
  });
}

double thread_round_trip_after_idle(const session& s) {
  config cfg(s);
  caf::actor_system system(cfg);
  caf::scoped_actor self(system);
  auto whom = self->spawn(increment_actor);
  std::vector<double> each;
  const auto start = steady::now();
  do {
    const auto idle = steady::now();
    while (seconds_since(idle) < 1e-3) {
    }
    const auto begin = steady::now();
    keep(call(self, whom, 1));
    each.push_back(seconds_since(begin));
  } while (seconds_since(start) < s.seconds && !s.quick);
  std::sort(each.begin(), each.end());
  return each[each.size() / 2];
}

double spawn_call_end(const session& s) {
  config cfg(s);
  caf::actor_system system(cfg);
  caf::scoped_actor self(system);
  auto churning = self->spawn(churning_actor);
  constexpr int count = 2000;
  return seconds_each(s, count, [&] { keep(call(self, churning, count)); });
}

double actors_made(const session& s) {
  const std::size_t count = s.scaled(100'000);
  config cfg(s);
  caf::actor_system system(cfg);
  caf::scoped_actor self(system);
  const auto begin = steady::now();
  const auto actors = make_actors(self, count);
  return static_cast<double>(count) / seconds_since(begin);
}

double actor_bytes(const session& s) {
  const std::size_t count = s.scaled(100'000);
  config cfg(s);
  caf::actor_system system(cfg);
  caf::scoped_actor self(system);
  const std::size_t before = resident_bytes();
  const auto actors = make_actors(self, count);
  const std::size_t after = resident_bytes();
  return static_cast<double>(after - before) / static_cast<double>(count);
}

}  // namespace bench::caf_peer
