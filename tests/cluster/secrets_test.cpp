// Who knows a cluster's secret, who does not, and where it is.

#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "small_cluster.hpp"
#include "support/catch.hpp"

namespace {

using Catch::Matchers::ContainsSubstring;
namespace files = std::filesystem;

const std::string one(64, '1');
const std::string other = std::string(32, 'a') + std::string(32, 'B');

std::string write_secrets(const std::string& path, const std::string& text,
                          files::perms may = files::perms::owner_read | files::perms::owner_write) {
  files::remove(path);
  std::ofstream(path) << text;
  files::permissions(path, may);
  return path;
}

std::string text_of(const files::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string secret_of_head(const small_cluster& cluster) {
  return cluster.runtime_folder() + "/roundtrip/head-" + std::to_string(cluster.port()) + ".secret";
}

TEST_CASE("secrets: a head makes one, for this user alone, and tells nobody else", "[cluster]") {
  small_cluster cluster;
  cluster.begin_head();
  const std::string path = secret_of_head(cluster);
  struct stat file {
  }, folder{};
  REQUIRE(::lstat(path.c_str(), &file) == 0);
  REQUIRE(::lstat(files::path(path).parent_path().c_str(), &folder) == 0);
  CHECK(file.st_mode == (S_IFREG | S_IRUSR | S_IWUSR));
  CHECK(folder.st_mode == (S_IFDIR | S_IRWXU));
  CHECK(file.st_uid == ::geteuid());
  const std::string text = text_of(path);
  REQUIRE(text.size() == 65);
  CHECK(text.find_first_not_of("0123456789abcdef") == 64);

  started_process driver = cluster.begin_driver({"exit", "0"});
  CHECK(driver.wait() == 0);
  const std::string said = cluster.head().written() + driver.written();
  const std::string arguments =
      text_of("/proc/" + std::to_string(cluster.head().id()) + "/cmdline");
  CHECK_THAT(said + arguments, !ContainsSubstring(text.substr(0, 8)));
  cluster.end_head();
}

TEST_CASE("secrets: who finds none refuses to begin, and names the file", "[cluster]") {
  const std::string role = GENERATE(as<std::string>{}, "worker", "driver");
  small_cluster cluster;
  started_process refused =
      cluster.begin({"--role=" + role, "--address=tcp://127.0.0.1:9", "exit", "0"});
  CHECK(refused.wait() == 1);
  CHECK_THAT(refused.written(),
             ContainsSubstring(cluster.runtime_folder() + "/roundtrip/head-9.secret"));
  CHECK_THAT(refused.written(), ContainsSubstring("--secret-file"));
}

TEST_CASE("secrets: who has another one is refused in words", "[cluster]") {
  const std::string role = GENERATE(as<std::string>{}, "worker", "driver");
  small_cluster cluster;
  cluster.begin_head({"--secret-file=" + write_secrets(cluster.folder() + "/head", one)});
  const std::string theirs = write_secrets(cluster.folder() + "/other", other);
  started_process refused = cluster.begin(
      {"--role=" + role, "--address=" + cluster.address(), "--secret-file=" + theirs, "exit", "0"});
  CHECK(refused.wait() == 1);
  CHECK_THAT(refused.written(), ContainsSubstring("refuses this process"));
  CHECK_THAT(refused.written(), ContainsSubstring(theirs));
  cluster.end_head();
}

TEST_CASE("secrets: a file holds two while they change, and either one is good", "[cluster]") {
  small_cluster cluster;
  const std::string both = write_secrets(cluster.folder() + "/both", other + "\n" + one + "\n");
  cluster.begin_head({"--secret-file=" + both});
  for (const std::string& text : {one, other, other + "\n" + one, one + "\n" + other}) {
    const std::string theirs = write_secrets(cluster.folder() + "/theirs", text);
    started_process driver = cluster.begin({"--role=driver", "--address=" + cluster.address(),
                                            "--secret-file=" + theirs, "exit", "5"});
    const int code = driver.wait();
    INFO(driver.written());
    CHECK(code == 5);
  }
  cluster.end_head();
}

TEST_CASE("secrets: a file that is not right, or not private, is refused", "[cluster]") {
  small_cluster cluster;
  const std::string path = cluster.folder() + "/secret";
  const auto refused = [&](const std::string& text) {
    const std::string role = GENERATE_COPY(as<std::string>{}, "head", "worker");
    started_process process =
        cluster.begin({"--role=" + role, "--address=tcp://127.0.0.1:9", "--secret-file=" + path});
    CHECK(process.wait() == 1);
    CHECK_THAT(process.written(), ContainsSubstring(path));
    CHECK_THAT(process.written(), ContainsSubstring(text));
    CHECK_THAT(process.written(), !ContainsSubstring(one.substr(0, 32)));
  };
  const std::string form = "one line, or two, of 64 hexadecimal digits";
  SECTION("short") { write_secrets(path, one.substr(1)), refused(form); }
  SECTION("long") { write_secrets(path, one + "1"), refused(form); }
  SECTION("another digit") { write_secrets(path, one.substr(1) + "g"), refused(form); }
  SECTION("three") { write_secrets(path, one + "\n" + one + "\n" + one), refused(form); }
  SECTION("none") { write_secrets(path, "\n"), refused(form); }
  SECTION("others may read it") {
    write_secrets(path, one, files::perms::owner_read | files::perms::others_read);
    refused("others than its owner can use it");
  }
  SECTION("a folder") {
    files::create_directory(path);
    refused("it is no file");
  }
}

TEST_CASE("secrets: what others could have put in the runtime folder is not taken", "[cluster]") {
  small_cluster cluster;
  const files::path folder = files::path(cluster.runtime_folder()) / "roundtrip";
  files::create_directory(folder);
  files::permissions(folder, files::perms::owner_all);
  const std::string real = write_secrets(cluster.folder() + "/real", one);
  const auto refused = [&](const std::string& text) {
    started_process process = cluster.begin({"--role=worker", "--address=tcp://127.0.0.1:9"});
    CHECK(process.wait() == 1);
    CHECK_THAT(process.written(), ContainsSubstring(text));
  };
  SECTION("a link") {
    files::create_symlink(real, folder / "head-9.secret");
    refused("it is a link");
  }
  SECTION("a folder that others can look into") {
    write_secrets(folder / "head-9.secret", one);
    files::permissions(folder, files::perms::owner_all | files::perms::group_read);
    refused("others can look into the folder");
  }
  SECTION("a folder that is a link") {
    const files::path elsewhere = files::path(cluster.folder()) / "elsewhere";
    files::create_directory(elsewhere);
    files::permissions(elsewhere, files::perms::owner_all);
    write_secrets(elsewhere / "head-9.secret", one);
    files::remove(folder);
    files::create_directory_symlink(elsewhere, folder);
    refused("it is no folder");
  }
}

TEST_CASE("secrets: an unprotected process and a protected head do not find each other",
          "[cluster]") {
  small_cluster cluster;
  cluster.begin_head();
  started_process refused = cluster.begin({"--role=driver", "--address=" + cluster.address(),
                                           "--insecure", "--head-timeout=500ms", "exit", "0"});
  CHECK(refused.wait() == 1);
  CHECK_THAT(refused.written(), ContainsSubstring("nothing is protected (--insecure)"));
  CHECK_THAT(refused.written(), ContainsSubstring("no head has been heard"));
  cluster.end_head();
}

}  // namespace
