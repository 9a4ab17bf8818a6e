#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "started_process.hpp"

/// Processes of one program on this machine, with a folder of their own for what they leave.
///
/// Its destructor fails the test where a process, or a file of the runtime's, has stayed.
class small_cluster {
 public:
  enum class protection { secret, none };

  explicit small_cluster(protection how = protection::secret,
                         std::string program = CLUSTER_PROGRAM);
  small_cluster(const small_cluster&) = delete;
  small_cluster& operator=(const small_cluster&) = delete;
  ~small_cluster();

  /// Given to a head whose test waits for a death: short, but longer than a busy machine's stalls.
  static constexpr const char* soon_dead = "--node-timeout=2s";

  /// Starts a head, and waits until it takes connections.
  started_process& begin_head(std::vector<std::string> more = {});
  started_process begin_worker(std::vector<std::string> more = {});
  /// The same, and waits until the head has taken it in.
  started_process begin_joined_worker();
  started_process begin_driver(std::vector<std::string> job, std::vector<std::string> more = {});
  /// One whose tasks hold, so many, until `let_go`; it runs none of them itself.
  started_process begin_holding(int tasks);
  /// Starts a process with exactly these arguments.
  started_process begin(std::vector<std::string> arguments);

  started_process& head() { return *head_; }
  /// The processes of its own that it has begun.
  std::vector<pid_t> nodes_of_head() const;
  /// Ends a head or a worker in order.
  static void end(started_process& process);
  /// Ends the head in order, after all others. Nobody of the cluster may be left, nor a file of the head's.
  void end_head();

  unsigned short port() const noexcept { return port_; }
  std::string address() const { return "tcp://127.0.0.1:" + std::to_string(port_); }
  /// Where the tests and the tasks of the program leave files for one another.
  std::string folder() const { return folder_ / "work"; }
  /// Where the runtime keeps secrets.
  std::string runtime_folder() const { return folder_ / "runtime"; }
  std::string port_file() const { return folder_ / "port"; }

  /// Has tasks that hold go on.
  void let_go() const;
  /// The numbers of the tasks that have begun, in all processes, as often as they have.
  std::vector<int> begun() const;

 private:
  std::vector<std::string> with_place(const std::string& role, std::vector<std::string> more) const;
  std::vector<pid_t> find_processes() const;

  std::filesystem::path folder_;
  std::string program_;
  protection how_;
  unsigned short port_ = 0;
  std::optional<started_process> head_;
};
