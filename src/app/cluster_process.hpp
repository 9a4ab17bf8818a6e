#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "app/participant/participant.hpp"
#include "app/secret_file.hpp"
#include "platform/bell.hpp"
#include "platform/real_environment.hpp"
#include "rt/config.hpp"
#include "rt/core/address.hpp"
#include "rt/detail/engine.hpp"
#include "rt/transport/transport.hpp"

namespace rt::app {

/// How a process stands in its cluster.
struct cluster_standing {
  /// A head takes connections; another process has been taken in by its head.
  bool begun = false;
  /// A head's, as others reach it.
  std::string address = {};
  /// It is to end: it has drained, finds no cluster, or cannot take part, as `failure` says.
  bool over = false;
  /// Its incarnation counts no more: then it may begin anew.
  bool anew = false;
  std::optional<error_info> failure = {};
};

/// One process of a cluster over a real network: the world, the way to others, and the part of its role.
/// Thread: made and ended by one thread.
class cluster_process {
 public:
  /// Errors: `config_error`; `authentication_error` where the secret is missing or of no worth.
  explicit cluster_process(const config& options);
  cluster_process(const cluster_process&) = delete;
  cluster_process& operator=(const cluster_process&) = delete;
  /// Leaves the cluster. A task that does not end even so ends the process.
  ~cluster_process();

  detail::engine& engine() noexcept { return part_->engine(); }

  /// Rings whenever the standing has changed.
  platform::bell& news() noexcept { return news_; }
  cluster_standing standing() const;

  /// Waits until it has begun.   Errors: `authentication_error`, `cluster_unavailable_error` and others of
  /// `rt::error`: it never will.
  void wait_until_begun();

  /// Has a node drain, for so long at most; then its standing is over.   Thread: any.
  void leave_within(instant left) noexcept;

  /// The driver's function has been called: from here on what ends its job ends this process.
  void serves_driver() noexcept;

  /// Where its secrets are, for those who are to join; empty where there are none.
  const std::string& secrets_at() const noexcept { return secrets_at_; }

 private:
  void find_secrets();
  void make_secrets();
  void take_place(const std::string& address);
  void note_end(bool anew);
  void note_refusal();
  template <class Change>
  void change(Change&& with);

  const config options_;
  const rt::address head_;
  platform::real_environment world_;
  platform::bell news_;
  mutable std::mutex lock_;
  cluster_standing standing_;
  bool serves_driver_ = false;

  secret_list secrets_;
  std::string secrets_at_;
  /// A head that has made them, and keeps them nowhere else, takes the file away at its end.
  bool secrets_end_with_it_ = false;
  bool told_refusal_ = false;

  std::unique_ptr<transport> over_;
  std::unique_ptr<participant> part_;
};

}  // namespace rt::app
