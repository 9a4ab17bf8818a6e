#include "app/cluster_process.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "app/exit_codes.hpp"
#include "app/place.hpp"
#include "app/refusal_watch.hpp"
#include "app/transports.hpp"
#include "rt/core/error.hpp"

namespace rt::app {
namespace {

constexpr instant second = 1'000'000'000;
/// Times that a user gives may be added to others.
constexpr instant longest = 1'000'000'000 * second;
/// How long what was said last has to leave.
constexpr unsigned linger_ms = 250;

template <class Value>
Value or_throw(result<Value> made) {
  if (!made) throw_error(made.error().code, made.error().message, made.error().outcome);
  return std::move(*made);
}

rt::address head_address(const config& options) {
  return or_throw(rt::address::parse(options.address.empty() ? default_address
                                                             : std::string_view(options.address)));
}

wire::process_role role_of(const config& options) {
  switch (options.role) {
    case role::head: return wire::process_role::head;
    case role::driver: return wire::process_role::driver;
    case role::local:
    case role::worker: break;
  }
  return wire::process_role::node;
}

/// Only nodes have something to run tasks with: what is given for a head is its node's.
config engine_settings(config options) {
  if (options.role == role::worker) return options;
  options.num_cpus = 0;
  options.num_gpus = 0;
  options.memory = {};
  options.resources = {};
  return options;
}

head::settings times_of(const config& options) {
  head::settings times;
  const time_limit patience = options.node_timeout;
  times.death_timeout =
      patience.is_forever() ? longest : std::min(patience.duration().count(), longest);
  times.reconnect_window = times.death_timeout;
  constexpr instant heard_in_a_timeout = 5;
  times.health_period = std::min(times.health_period, times.death_timeout / heard_in_a_timeout);
  return times;
}

/// Who drains waits until all that it has said is acknowledged: that has to come before it says once more
/// that it lives.
rpc::session_options sessions_of(const head::settings& times) {
  rpc::session_options sessions;
  sessions.acknowledged_lazily_within =
      std::min(sessions.acknowledged_lazily_within, times.health_period / 4);
  return sessions;
}

/// What tools show; no two live processes of a cluster have one name.
std::string make_name(environment& world) {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  std::array<char, 17> chance{};
  std::snprintf(chance.data(), chance.size(), "%016llx",
                static_cast<unsigned long long>(world.random()));
  constexpr std::size_t shown_bytes_max = 128;
  return std::string(host.data()).substr(0, shown_bytes_max) + '-' + std::to_string(::getpid()) +
         '-' + chance.data();
}

void write_port(const std::string& path, unsigned port) {
  // Whole or not at all, for whoever waits for it.
  const std::string fresh = path + '.' + std::to_string(::getpid());
  std::FILE* const file = std::fopen(fresh.c_str(), "we");
  bool written = file != nullptr && std::fprintf(file, "%u\n", port) > 0;
  if (file != nullptr) written = std::fclose(file) == 0 && written;
  if (written && std::rename(fresh.c_str(), path.c_str()) == 0) return;
  throw config_error("port_file = " + path + ": it cannot be written");
}

}  // namespace

cluster_process::cluster_process(const config& options)
    : options_(options), head_(head_address(options)) {
  if (!options.insecure) {
    if (options.role == role::head) make_secrets();
    else find_secrets();
  } else {
    world_.log(head_.text() +
               ": nothing is protected (--insecure): whoever reaches a port of this " +
               "cluster can read all, and can run anything");
  }
  over_ = make_transport(head_, secrets_);
  if (options.role != role::head) {
    over_ =
        std::make_unique<refusal_watch>(std::move(over_), head_.text(), [this] { note_refusal(); });
  }
  participant_options made;
  made.role = role_of(options);
  made.settings = engine_settings(options);
  made.name = make_name(world_);
  made.listen = options.role == role::head ? head_.text() : place_beside(head_);
  if (options.role != role::head) made.head = head_.text();
  made.times = times_of(options);
  made.sessions = sessions_of(made.times);
  made.over = [this](bool anew) { note_end(anew); };
  made.joined = [this] { change([](cluster_standing& now) { now.begun = true; }); };
  made.without_head = [this](const std::optional<error_info>& why) {
    if (!why || standing().begun) return;
    change([&](cluster_standing& now) { now.over = true, now.failure = *why; });
  };
  made.listens = [this](const result<std::string>& address) {
    if (!address) {
      change([&](cluster_standing& now) { now.over = true, now.failure = address.error(); });
    } else if (options_.role == role::head) {
      take_place(*address);
    }
  };
  part_ = std::make_unique<participant>(world_, *over_, made);
  world_.wait_also_for(over_->wait_handle(), [this] { part_->ready(); });
}

cluster_process::~cluster_process() {
  const std::string stays = part_->leave();
  if (!stays.empty()) {
    world_.log(stays + "; the process exits");
    std::_Exit(exit_unfinished);
  }
  over_->stop(linger_ms);
  if (secrets_end_with_it_) remove_secrets(secrets_at_);
  if (!options_.port_file.empty() && standing_.begun) std::remove(options_.port_file.c_str());
}

void cluster_process::find_secrets() {
  if (!options_.secret_file.empty()) {
    secrets_at_ = options_.secret_file;
    secrets_ = or_throw(read_secrets(secrets_at_));
    return;
  }
  secrets_at_ = secret_path(port_of(head_));
  auto read = read_secrets(secrets_at_);
  if (!read) {
    throw authentication_error("the secret of the cluster at " + head_.text() +
                               " is not known: neither --secret-file nor " +
                               "RT_SECRET_FILE names a file, and what a head on this machine would "
                               "have left cannot be used: " +
                               read.error().message);
  }
  secrets_ = std::move(*read);
}

void cluster_process::make_secrets() {
  const unsigned port = port_of(head_);
  secrets_at_ = options_.secret_file;
  // With port 0 there is no name for it yet.
  if (secrets_at_.empty() && port != 0) secrets_at_ = secret_path(port);
  if (!secrets_at_.empty() && ::access(secrets_at_.c_str(), F_OK) == 0) {
    // Others may have it already, those of a head before this one among them.
    secrets_ = or_throw(read_secrets(secrets_at_));
  } else {
    secrets_ = {or_throw(make_secret())};
    if (!options_.secret_file.empty()) {
      if (auto written = write_secrets(secrets_at_, secrets_); !written) {
        throw authentication_error(written.error().message);
      }
    }
  }
}

/// A head takes connections.   Thread: under the baton.
void cluster_process::take_place(const std::string& address) {
  try {
    const rt::address at = or_throw(rt::address::parse(address));
    if (!options_.insecure && options_.secret_file.empty()) {
      secrets_at_ = secret_path(port_of(at));
      if (auto written = write_secrets(secrets_at_, secrets_); !written) {
        throw authentication_error(written.error().message);
      }
      secrets_end_with_it_ = true;
    }
    if (!options_.port_file.empty()) write_port(options_.port_file, port_of(at));
    change([&](cluster_standing& now) { now.begun = true, now.address = address; });
  } catch (const error& failed) {
    const error_info why{
        .code = failed.code(), .outcome = failed.outcome(), .message = failed.what()};
    change([&](cluster_standing& now) { now.over = true, now.failure = why; });
  }
}

template <class Change>
void cluster_process::change(Change&& with) {
  {
    const std::lock_guard guard(lock_);
    with(standing_);
  }
  news_.ring();
}

void cluster_process::note_end(bool anew) {
  // Nobody may wait for news any more: a driver's function runs.
  const bool ends_now = [&] {
    const std::lock_guard guard(lock_);
    return serves_driver_;
  }();
  if (ends_now) {
    world_.log("the cluster takes this driver for dead, or its job for ended; the process exits");
    std::_Exit(exit_failed);
  }
  change([&](cluster_standing& now) { now.over = true, now.anew = anew; });
}

void cluster_process::note_refusal() {
  const error_info why{
      .code = errc::authentication,
      .outcome = outcome::not_started,
      .message = "the head at " + head_.text() + " refuses this process: " +
                 (options_.insecure ? "it is protected, and this one is not (--insecure)"
                                    : "its secret is another than that in " + secrets_at_ +
                                          ", or it has as many connections as it takes")};
  if (standing().begun) {
    if (!std::exchange(told_refusal_, true)) world_.log(why.message);
    return;
  }
  change([&](cluster_standing& now) { now.over = true, now.failure = why; });
}

cluster_standing cluster_process::standing() const {
  const std::lock_guard guard(lock_);
  return standing_;
}

void cluster_process::wait_until_begun() {
  for (;;) {
    const cluster_standing now = standing();
    if (now.failure) throw_error(now.failure->code, now.failure->message, now.failure->outcome);
    if (now.begun) return;
    if (now.over) {
      throw cluster_unavailable_error("the cluster at " + head_.text() +
                                      " does not take this process in");
    }
    news_.wait();
  }
}

void cluster_process::leave_within(instant left) noexcept {
  part_->leave_within(left);
  world_.set_alarm(0);
}

void cluster_process::serves_driver() noexcept {
  const std::lock_guard guard(lock_);
  serves_driver_ = true;
}

}  // namespace rt::app
