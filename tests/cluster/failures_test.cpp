// What befalls processes while work runs, and what comes of it.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <vector>

#include "small_cluster.hpp"
#include "support/catch.hpp"

namespace {

using Catch::Matchers::ContainsSubstring;
using protection = small_cluster::protection;

TEST_CASE("failures: what a killed worker had is done elsewhere", "[cluster]") {
  small_cluster cluster;
  cluster.begin_head({small_cluster::soon_dead});
  started_process worker = cluster.begin_joined_worker();
  started_process driver = cluster.begin_holding(4);
  worker.wait_for_line("holds");
  worker.signal(SIGKILL);
  CHECK(worker.wait() == 128 + SIGKILL);
  cluster.let_go();
  const int code = driver.wait();
  INFO(driver.written());
  CHECK(code == 0);
  CHECK(cluster.begun().size() > 4);  // what it held was begun once more
  cluster.end_head();
}

TEST_CASE("failures: a frozen worker is taken for dead, and begins anew when it wakes",
          "[cluster]") {
  small_cluster cluster;
  cluster.begin_head({small_cluster::soon_dead});
  started_process worker = cluster.begin_joined_worker();
  started_process driver = cluster.begin_holding(3);
  worker.wait_for_line("holds");
  worker.signal(SIGSTOP);
  worker.wait_until_stopped();
  cluster.let_go();
  const int code = driver.wait();
  INFO(driver.written());
  CHECK(code == 0);
  worker.signal(SIGCONT);
  worker.wait_for_line("begins anew");
  worker.wait_for_line("worker of the cluster");
  small_cluster::end(worker);
  cluster.end_head();
}

TEST_CASE("failures: the node of a head is begun again, and its work with it", "[cluster]") {
  small_cluster cluster;
  cluster.begin_head({small_cluster::soon_dead});
  started_process driver = cluster.begin_holding(1);
  cluster.head().wait_for_line("holds 0");
  ::kill(cluster.nodes_of_head().at(0), SIGKILL);
  cluster.head().wait_for_line("the head's node has ended by signal 9");
  cluster.head().wait_for_line("holds 0");
  cluster.let_go();
  CHECK(driver.wait() == 0);
  cluster.end_head();
}

TEST_CASE("failures: a killed head takes its node with it", "[cluster]") {
  small_cluster cluster;
  cluster.begin_head();
  cluster.head().wait_for_line("the head's node serves");
  REQUIRE(cluster.nodes_of_head().size() == 1);
  cluster.head().signal(SIGKILL);
  CHECK(cluster.head().wait() == 128 + SIGKILL);
  // That nobody is left is seen at the end of each test.
}

/// Says `bytes` to the port, and keeps the connection open as long as it lives.
class stranger {
 public:
  stranger(unsigned short port, const std::string& bytes)
      : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    at.sin_port = htons(port);
    REQUIRE(::connect(socket_, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0);
    [[maybe_unused]] const auto sent =
        ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  }
  stranger(stranger&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}
  stranger& operator=(stranger&&) = delete;
  ~stranger() {
    if (socket_ >= 0) ::close(socket_);
  }

 private:
  int socket_;
};

TEST_CASE("failures: garbage on the head's port changes nothing of a job", "[cluster]") {
  const auto how = GENERATE(protection::secret, protection::none);
  small_cluster cluster(how);
  cluster.begin_head();
  std::string garbage;
  for (unsigned i = 0; i < 20'000; ++i) garbage += static_cast<char>(i * 2654435761U >> 13);
  started_process driver = cluster.begin_driver({"sum"});
  std::vector<stranger> strangers;
  for (int i = 0; i < 10; ++i) {
    strangers.emplace_back(cluster.port(), garbage.substr(static_cast<std::size_t>(i), 10'000));
    strangers.emplace_back(cluster.port(), "GET / HTTP/1.1\r\nHost: head\r\n\r\n");
    strangers.emplace_back(cluster.port(), "");
  }
  const int code = driver.wait();
  INFO(driver.written());
  CHECK(code == 0);
  cluster.end_head();
}

}  // namespace
