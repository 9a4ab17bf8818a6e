#include "support/catch.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <initializer_list>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include <rt/rt.hpp>

#include "support/gate.hpp"
#include "support/runtime_fixture.hpp"

namespace {

support::tally meeting;

int square(int x) { return x * x; }
std::size_t meet(std::size_t n) {
  meeting.meet(n);
  return n;
}

/// A command line as `main` gets it.
class command_line {
 public:
  command_line(std::initializer_list<const char*> words) : words_(words.begin(), words.end()) {
    for (auto& word : words_) argv_.push_back(word.data());
    argv_.push_back(nullptr);
  }
  command_line(command_line&&) = default;
  command_line& operator=(command_line&&) = default;

  int argc() const { return static_cast<int>(words_.size()); }
  char** argv() { return argv_.data(); }
  std::vector<std::string> now() const { return {argv_.begin(), argv_.end() - 1}; }

 private:
  std::vector<std::string> words_;
  std::vector<char*> argv_;
};

/// Takes what is written to stdout or stderr while it lives.
class captured {
 public:
  explicit captured(int descriptor)
      : descriptor_(descriptor), kept_(::dup(descriptor)), file_(std::tmpfile()) {
    std::fflush(nullptr);
    ::dup2(::fileno(file_), descriptor_);
  }
  captured(const captured&) = delete;
  captured& operator=(const captured&) = delete;
  ~captured() { restore(); }

  std::string text() {
    restore();
    std::rewind(file_);
    std::string all;
    for (int c = std::fgetc(file_); c != EOF; c = std::fgetc(file_)) {
      all.push_back(static_cast<char>(c));
    }
    std::fclose(file_);
    file_ = nullptr;
    return all;
  }

 private:
  void restore() {
    if (kept_ < 0) return;
    std::fflush(nullptr);
    ::dup2(kept_, descriptor_);
    ::close(kept_);
    kept_ = -1;
  }

  int descriptor_;
  int kept_;
  std::FILE* file_;
};

/// Sets a variable for a scope.
class variable {
 public:
  variable(const char* name, const char* value) : name_(name) { ::setenv(name, value, 1); }
  variable(const variable&) = delete;
  variable& operator=(const variable&) = delete;
  ~variable() { ::unsetenv(name_); }

 private:
  const char* name_;
};

struct ended {
  int code = -1;
  std::string errors;
};

/// Runs the case "as a child of these tests" in a process of its own, with one flag or none: what is
/// wrong with a flag ends the process.
ended run_child(const std::string& flag) {
  const variable given("RT_TEST_FLAG", flag.c_str());
  const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
  const std::string command = "'" + self + "' 'run: as a child of these tests' 2>&1 1>/dev/null";
  std::FILE* pipe = ::popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  ended child;
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) {
    child.errors.push_back(static_cast<char>(c));
  }
  const int status = ::pclose(pipe);
  if (WIFEXITED(status)) child.code = WEXITSTATUS(status);
  return child;
}

std::vector<std::string> rest_of(command_line line) {
  std::vector<std::string> seen;
  CHECK(rt::run(line.argc(), line.argv(), [&](std::span<char*> rest) {
          seen.assign(rest.begin(), rest.end());
          return 0;
        }) == 0);
  return seen;
}

using words = std::vector<std::string>;

}  // namespace

TEST_CASE("run: returns the driver's int", "[api]") {
  command_line line{"app"};
  CHECK(rt::run(line.argc(), line.argv(), [] { return rt::get(rt::remote<square>(3)); }) == 9);
  CHECK(rt::run(line.argc(), line.argv(), [] { return 0; }) == 0);
  CHECK(rt::run(line.argc(), line.argv(), [](std::span<char*>) { return 7; }) == 7);
}

TEST_CASE("run: returns 0 for a void driver", "[api]") {
  command_line line{"app"};
  int seen = 0;
  CHECK(rt::run(line.argc(), line.argv(), [&] { seen = rt::get(rt::remote<square>(4)); }) == 0);
  CHECK(seen == 16);
  CHECK(rt::run(line.argc(), line.argv(), [](std::span<char*>) {}) == 0);
}

TEST_CASE("run: prints an escaping exception and returns 1", "[api]") {
  command_line line{"app"};
  captured errors(STDERR_FILENO);
  const int code = rt::run(line.argc(), line.argv(),
                           []() -> int { throw std::runtime_error("escaped from the driver"); });
  const std::string text = errors.text();
  CHECK(code == 1);
  CHECK_THAT(text, Catch::Matchers::ContainsSubstring("escaped from the driver"));
}

TEST_CASE("run: leaves argv alone and hands on the rest", "[api]") {
  command_line line{"app", "--num-cpus=3", "file", "--mine=3", "-v", "--", "--num-cpus=x", "-h"};
  const auto before = line.now();
  words seen;
  meeting.reset();
  std::size_t met = 0;
  CHECK(rt::run(line.argc(), line.argv(), [&](std::span<char*> rest) {
          seen.assign(rest.begin(), rest.end());
          const std::vector three{rt::remote<meet>(3), rt::remote<meet>(3), rt::remote<meet>(3)};
          met = rt::get(three).size();
        }) == 0);
  CHECK(line.now() == before);
  CHECK(met == 3);
  REQUIRE_FALSE(seen.empty());
  CHECK(seen.front() == "app");
  CHECK(words(seen.begin() + 1, seen.begin() + 4) == words{"file", "--mine=3", "-v"});
  CHECK(seen.back() == "-h");
  CHECK(seen[seen.size() - 2] == "--num-cpus=x");
}

TEST_CASE("run: flags answer to --rt- too", "[api]") {
  CHECK(rest_of({"app", "--rt-num-cpus=2", "x"}) == words{"app", "x"});
  CHECK(rest_of({"app", "--num-cpus=2", "--resources=fpga=1,ssd=2", "y"}) == words{"app", "y"});
  CHECK(rest_of({"app"}) == words{"app"});
}

TEST_CASE("run: flags make resources", "[api]") {
  command_line line{"app", "--num-cpus=1", "--resources=fpga=1"};
  int seen = 0;
  CHECK(rt::run(line.argc(), line.argv(), [&] {
          seen = rt::get(rt::remote<square>.with({.resources = {{"fpga", 0.5}}})(3));
        }) == 0);
  CHECK(seen == 9);
}

TEST_CASE("run: a flag beats a variable, which beats the default", "[api]") {
  const variable set("RT_NUM_CPUS", "none");
  command_line flagged{"app", "--num-cpus=1"};
  CHECK(rt::run(flagged.argc(), flagged.argv(), [] { return 5; }) == 5);

  const ended plain = run_child("");
  CHECK(plain.code == 2);
  CHECK_THAT(plain.errors, Catch::Matchers::ContainsSubstring("RT_NUM_CPUS"));
  CHECK_THAT(plain.errors, !Catch::Matchers::ContainsSubstring("driver started"));
}

TEST_CASE("run: a bad flag is one line and exit 2", "[api]") {
  const std::vector<std::vector<std::string>> bad{
      {"--num-cpus=-1", "num-cpus", "-1"},      {"--num-cpus=many", "num-cpus", "many"},
      {"--num-cpus=", "num-cpus", ""},          {"--resources=fpga", "resources", "fpga"},
      {"--role=emperor", "role", "emperor"},    {"--rt-num-cpus=1x", "num-cpus", "1x"},
      {"--memory=lots", "memory", "lots"},      {"--distance=far", "distance", "far"},
      {"--max-queued-tasks=-7", "tasks", "-7"}, {"--shutdown-timeout=soon", "timeout", "soon"}};
  for (const auto& row : bad) {
    const ended child = run_child(row[0]);
    INFO(row[0] << ": " << child.errors);
    CHECK(child.code == 2);
    CHECK(std::count(child.errors.begin(), child.errors.end(), '\n') == 1);
    CHECK(child.errors.find(row[1]) != std::string::npos);
    CHECK(child.errors.find(row[2]) != std::string::npos);
  }
}

TEST_CASE("run: a good child starts its driver", "[api]") {
  const ended child = run_child("--num-cpus=1");
  CHECK(child.code == 7);
  CHECK_THAT(child.errors, Catch::Matchers::ContainsSubstring("driver started"));
}

TEST_CASE("run: as a child of these tests", "[api][.]") {
  const char* flag = std::getenv("RT_TEST_FLAG");
  if (flag == nullptr) return;
  command_line line{"app"};
  if (*flag != 0) line = command_line{"app", flag};
  std::exit(rt::run(line.argc(), line.argv(), [] {
    std::fputs("driver started\n", stderr);
    return 7;
  }));
}

TEST_CASE("run: --help lists the flags", "[api]") {
  command_line line{"app", "--help"};
  captured output(STDOUT_FILENO);
  bool started = false;
  const int code = rt::run(line.argc(), line.argv(), [&] { started = true; });
  const std::string text = output.text();
  CHECK(code == 0);
  CHECK_FALSE(started);
  CHECK_THAT(text, Catch::Matchers::ContainsSubstring("--num-cpus"));
  CHECK_THAT(text, Catch::Matchers::ContainsSubstring("--resources"));
}

TEST_CASE("run: may be called again", "[api]") {
  command_line line{"app", "--num-cpus=1"};
  for (int i = 0; i < 5; ++i) {
    CHECK(rt::run(line.argc(), line.argv(), [i] { return rt::get(rt::remote<square>(i)); }) ==
          i * i);
  }
}

TEST_CASE("run: references of the driver may outlive it", "[api]") {
  command_line line{"app", "--num-cpus=1"};
  rt::object_ref<int> kept;
  CHECK(rt::run(line.argc(), line.argv(), [&] { kept = rt::remote<square>(3); }) == 0);
  CHECK_THROWS_AS(rt::get(kept), rt::error);
}

TEST_CASE("run: beside another runtime it throws", "[api]") {
  const support::runtime_fixture fixture;
  command_line line{"app"};
  CHECK_THROWS_AS(rt::run(line.argc(), line.argv(), [] {}), rt::config_error);
}
