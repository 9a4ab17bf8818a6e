#include "small_cluster.hpp"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "support/catch.hpp"

namespace files = std::filesystem;

small_cluster::small_cluster(protection how, std::string program)
    : program_(std::move(program)), how_(how) {
  std::string pattern = files::temp_directory_path() / "roundtrip-cluster-XXXXXX";
  REQUIRE(::mkdtemp(pattern.data()) != nullptr);
  folder_ = pattern;
  files::create_directory(folder());
  files::create_directory(runtime_folder());
}

small_cluster::~small_cluster() {
  head_ = std::nullopt;
  // The node of a head that was killed is ended by the system, which may take a moment.
  for (const pid_t each : find_processes()) {
    const int handle = static_cast<int>(::syscall(SYS_pidfd_open, each, 0));
    if (handle < 0) continue;
    pollfd watched{handle, POLLIN, 0};
    const std::chrono::milliseconds patience = started_process::patience;
    const bool ended = ::poll(&watched, 1, static_cast<int>(patience.count())) > 0;
    ::close(handle);
    CHECK(ended);
    if (!ended) ::kill(each, SIGKILL);
  }
  std::error_code ignored;
  files::remove_all(folder_, ignored);
}

/// Who has this cluster's folder in its environment is of it; a zombie has none.
std::vector<pid_t> small_cluster::find_processes() const {
  std::vector<pid_t> found;
  std::error_code ignored;
  for (const auto& entry : files::directory_iterator("/proc", ignored)) {
    const std::string name = entry.path().filename();
    if (!std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; }))
      continue;
    std::ifstream in(entry.path() / "environ", std::ios::binary);
    const std::string variables{std::istreambuf_iterator<char>(in), {}};
    if (variables.find(runtime_folder()) != std::string::npos) found.push_back(std::stoi(name));
  }
  return found;
}

std::vector<pid_t> small_cluster::nodes_of_head() const {
  const std::string head = std::to_string(head_->id());
  std::ifstream in("/proc/" + head + "/task/" + head + "/children");
  return {std::istream_iterator<pid_t>(in), {}};
}

std::vector<std::string> small_cluster::with_place(const std::string& role,
                                                   std::vector<std::string> more) const {
  std::vector<std::string> all{"--role=" + role, "--address=" + address()};
  if (how_ == protection::none) all.emplace_back("--insecure=true");  // words of the job may follow
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

started_process small_cluster::begin(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), program_);
  return {std::move(arguments), {{"XDG_RUNTIME_DIR", runtime_folder()}}};
}

started_process& small_cluster::begin_head(std::vector<std::string> more) {
  std::vector<std::string> all{"--num-cpus=1", "--port-file=" + port_file()};
  all.insert(all.end(), more.begin(), more.end());
  head_.emplace(begin(with_place("head", std::move(all))));
  head_->wait_for_line("head at tcp://");
  std::ifstream(port_file()) >> port_;
  REQUIRE(port_ != 0);
  return *head_;
}

started_process small_cluster::begin_worker(std::vector<std::string> more) {
  more.insert(more.begin(), "--num-cpus=1");
  return begin(with_place("worker", std::move(more)));
}

started_process small_cluster::begin_joined_worker() {
  started_process worker = begin_worker();
  worker.wait_for_line("worker of the cluster");
  return worker;
}

started_process small_cluster::begin_driver(std::vector<std::string> job,
                                            std::vector<std::string> more) {
  std::vector<std::string> all = with_place("driver", std::move(more));
  all.insert(all.end(), job.begin(), job.end());
  return begin(std::move(all));
}

started_process small_cluster::begin_holding(int tasks) {
  return begin_driver({"hold", folder(), std::to_string(tasks)}, {"--driver-executes=false"});
}

void small_cluster::end(started_process& process) {
  process.signal(SIGTERM);
  const int code = process.wait();
  INFO(process.written());
  CHECK(code == 0);
}

void small_cluster::end_head() {
  end(*head_);
  head_ = std::nullopt;
  CHECK(find_processes().empty());
  CHECK_FALSE(files::exists(port_file()));
  const files::path secrets = files::path(runtime_folder()) / "roundtrip";
  CHECK((!files::exists(secrets) || files::is_empty(secrets)));
}

void small_cluster::let_go() const { std::ofstream(folder() + "/go") << '\n'; }

std::vector<int> small_cluster::begun() const {
  std::vector<int> all;
  for (const auto& entry : files::directory_iterator(folder())) {
    if (entry.path().filename().string().compare(0, 5, "runs.") != 0) continue;
    std::ifstream in(entry.path());
    for (int number; in >> number;) all.push_back(number);
  }
  std::sort(all.begin(), all.end());
  return all;
}
