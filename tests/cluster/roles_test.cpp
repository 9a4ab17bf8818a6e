// A head, workers and a driver of one binary: what they compute, how they come and go.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <string>
#include <vector>

#include "small_cluster.hpp"
#include "support/catch.hpp"

namespace {

using words = std::vector<std::string>;
using protection = small_cluster::protection;
using Catch::Matchers::ContainsSubstring;

/// A port that no head of another test gets meanwhile, and this one's can take.
class reserved_port {
 public:
  reserved_port() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const int on = 1;
    ::setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    REQUIRE(::bind(socket_, reinterpret_cast<sockaddr*>(&at), size) == 0);
    REQUIRE(::getsockname(socket_, reinterpret_cast<sockaddr*>(&at), &size) == 0);
    port_ = ntohs(at.sin_port);
  }
  reserved_port(const reserved_port&) = delete;
  reserved_port& operator=(const reserved_port&) = delete;
  ~reserved_port() { ::close(socket_); }

  std::string address() const { return "tcp://127.0.0.1:" + std::to_string(port_); }

 private:
  int socket_;
  unsigned port_ = 0;
};

TEST_CASE("roles: a head, two workers and a driver compute what a loop does", "[cluster]") {
  const auto how = GENERATE(protection::secret, protection::none);
  small_cluster cluster(how);
  cluster.begin_head();
  started_process one = cluster.begin_worker();
  started_process other = cluster.begin_worker();
  one.wait_for_line("worker of the cluster at " + cluster.address());
  other.wait_for_line("worker of the cluster at " + cluster.address());
  started_process driver = cluster.begin_driver({"sum"});
  const int code = driver.wait();
  INFO(driver.written());
  CHECK(code == 0);
  for (started_process* each : {&one, &other}) small_cluster::end(*each);
  cluster.end_head();
}

#ifdef CLUSTER_WORD_COUNT
TEST_CASE("roles: the word count over a head, two workers and a driver equals the loop",
          "[cluster]") {
  const auto how = GENERATE(protection::secret, protection::none);
  small_cluster cluster(how, CLUSTER_WORD_COUNT);
  cluster.begin_head();
  started_process one = cluster.begin_worker();
  started_process other = cluster.begin_worker();
  started_process driver =
      cluster.begin_driver({ROUNDTRIP_SOURCE_DIR "/src", "--extensions=hpp,cpp"});
  const int code = driver.wait();
  INFO(driver.written());
  CHECK(code == 0);
  CHECK_THAT(driver.written(), ContainsSubstring("equal results"));
  for (started_process* each : {&one, &other}) small_cluster::end(*each);
  cluster.end_head();
}
#endif

TEST_CASE("roles: a driver's exit code is its function's", "[cluster]") {
  small_cluster cluster;
  cluster.begin_head();
  CHECK(cluster.begin_driver({"exit", "7"}).wait() == 7);
  CHECK(cluster.begin_driver({"exit", "0"}).wait() == 0);
  cluster.end_head();
}

TEST_CASE("roles: a driver may be a runtime in a program of another's main", "[cluster]") {
  small_cluster cluster;
  cluster.begin_head();
  started_process driver = cluster.begin({"embed", cluster.address(), "sum"});
  const int code = driver.wait();
  INFO(driver.written());
  CHECK(code == 0);
  cluster.end_head();
  started_process alone = cluster.begin({"embed", cluster.address(), "sum"});
  CHECK(alone.wait() == 1);
  CHECK_THAT(alone.written(), ContainsSubstring("no secret: "));
}

TEST_CASE("roles: a head runs the user's code in a process beside it, and drivers may follow",
          "[cluster]") {
  small_cluster cluster;
  cluster.begin_head();
  for (int round = 0; round < 2; ++round) {
    started_process driver = cluster.begin_holding(1);
    cluster.head().wait_for_line("holds 0");  // its node writes where it does
    const std::string own = cluster.folder() + "/runs." + std::to_string(cluster.head().id());
    CHECK_FALSE(std::ifstream(own).good());
    cluster.let_go();
    CHECK(driver.wait() == 0);
  }
  cluster.end_head();
}

TEST_CASE("roles: a worker may come before its head, and work for what begins later", "[cluster]") {
  const reserved_port port;
  small_cluster cluster;
  const std::string secrets = cluster.folder() + "/secret";
  // A head that is given a file which is not there makes it: the first one leaves it for the second.
  {
    started_process first =
        cluster.begin({"--role=head", "--address=tcp://127.0.0.1:0", "--secret-file=" + secrets});
    first.wait_for_line("head at tcp://");
    first.signal(SIGTERM);
    REQUIRE(first.wait() == 0);
  }
  const words place{"--address=" + port.address(), "--secret-file=" + secrets};
  started_process worker = cluster.begin({"--role=worker", "--num-cpus=2", place[0], place[1]});
  started_process driver = cluster.begin({"--role=driver", place[0], place[1], "hold",
                                          cluster.folder(), "4", "--driver-executes=false"});
  started_process head = cluster.begin({"--role=head", "--num-cpus=1", place[0], place[1]});
  worker.wait_for_line("holds");
  cluster.let_go();
  CHECK(driver.wait() == 0);
  small_cluster::end(worker);
  small_cluster::end(head);
}

TEST_CASE("roles: a worker joins while work runs, and takes some of it", "[cluster]") {
  small_cluster cluster;
  cluster.begin_head();
  started_process driver = cluster.begin_holding(3);
  cluster.head().wait_for_line("holds");
  started_process worker = cluster.begin_worker({"--num-cpus=2"});
  worker.wait_for_line("holds");
  cluster.let_go();
  const int code = driver.wait();
  INFO(driver.written());
  CHECK(code == 0);
  CHECK(cluster.begun() == std::vector<int>{0, 1, 2});
  small_cluster::end(worker);
  cluster.end_head();
}

TEST_CASE("roles: a worker that is told to end ends when its tasks have", "[cluster]") {
  const int signal = GENERATE(SIGTERM, SIGINT);
  small_cluster cluster;
  cluster.begin_head();
  started_process worker = cluster.begin_joined_worker();
  started_process driver = cluster.begin_holding(4);
  worker.wait_for_line("holds");
  worker.signal(signal);
  worker.wait_for_line("is to end");
  cluster.let_go();
  CHECK(worker.wait() == 0);
  const int code = driver.wait();
  INFO(driver.written());
  CHECK(code == 0);
  // Nothing was done twice: what it had not begun went elsewhere, what it had begun ended there.
  CHECK(cluster.begun() == std::vector<int>{0, 1, 2, 3});
  cluster.end_head();
}

TEST_CASE("roles: a second signal ends a worker at once", "[cluster]") {
  small_cluster cluster;
  cluster.begin_head({small_cluster::soon_dead});
  started_process worker = cluster.begin_joined_worker();
  started_process driver = cluster.begin_holding(3);
  worker.wait_for_line("holds");
  worker.signal(SIGTERM);
  worker.wait_for_line("is to end");
  worker.signal(SIGTERM);
  CHECK(worker.wait() == 128 + SIGTERM);
  cluster.let_go();
  CHECK(driver.wait() == 0);
  cluster.end_head();
}

TEST_CASE("roles: a worker without a head ends at the first signal", "[cluster]") {
  const reserved_port port;
  small_cluster cluster;
  started_process worker =
      cluster.begin({"--role=worker", "--address=" + port.address(), "--insecure"});
  worker.wait_for_line("nothing is protected");
  worker.signal(SIGTERM);
  CHECK(worker.wait() == 0);
}

TEST_CASE("roles: without a head a worker gives up, and so does a driver", "[cluster]") {
  const std::string role = GENERATE(as<std::string>{}, "worker", "driver");
  const reserved_port port;
  small_cluster cluster;
  started_process alone = cluster.begin({"--role=" + role, "--address=" + port.address(),
                                         "--insecure", "--head-timeout=300ms", "exit", "0"});
  CHECK(alone.wait() == 1);
  CHECK_THAT(alone.written(), ContainsSubstring("no head has been heard for 300 ms"));
  CHECK_THAT(alone.written(), ContainsSubstring(port.address()));
}

TEST_CASE("roles: wrong flags are refused in words before anything begins", "[cluster]") {
  small_cluster cluster;
  const std::vector<std::pair<words, std::string>> wrong{
      {{"--role=boss"}, "--role=boss: takes local, head, worker or driver"},
      {{"--role=head", "--address=6380"}, "--address=6380: takes tcp://host:port"},
      {{"--role=worker", "--address=tcp://127.0.0.1:0"}, "takes port 0 only with the role head"},
      {{"--role=worker", "--port-file=p"}, "--port-file=p: takes a path only with the role head"},
      {{"--role=head", "--insecure", "--secret-file=s"}, "--insecure=true: takes true only"},
      {{"--address=tcp://127.0.0.1:6380"}, "takes an address only with the role"},
      {{"--role=head", "--address=tcp://no.such.host:0", "--insecure"}, "written in numbers"},
      {{"--role=head", "--address=tcp://127.0.0.1:0", "--insecure", "--port-file=/no/such/p"},
       "port_file = /no/such/p"}};
  for (const auto& [flags, text] : wrong) {
    started_process refused = cluster.begin(flags);
    CHECK(refused.wait() == 2);
    CHECK_THAT(refused.written(), ContainsSubstring(text));
  }
}

}  // namespace
