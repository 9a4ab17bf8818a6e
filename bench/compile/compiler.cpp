#include "compile/compiler.hpp"

#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <vector>

namespace bench {
namespace {

/// A file that is gone when this is.
class source_file {
 public:
  explicit source_file(const std::string& text) {
    const char* folder = std::getenv("TMPDIR");
    path_ = std::string(folder != nullptr ? folder : "/tmp") + "/roundtrip_bench_XXXXXX.cpp";
    const int fd = mkstemps(path_.data(), 4);
    if (fd < 0) throw std::runtime_error("cannot make a temporary file");
    close(fd);
    std::ofstream(path_) << text;
  }
  source_file(const source_file&) = delete;
  source_file& operator=(const source_file&) = delete;
  ~source_file() { unlink(path_.c_str()); }

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::vector<std::string> command_for(const std::string& path) {
  std::vector<std::string> words{RT_BENCH_COMPILER, "-std=c++20", "-O2", "-Wall", "-Wextra"};
  for (const char* folder : {RT_BENCH_INCLUDES}) words.push_back("-I" + std::string(folder));
  for (const char* word : {"-c", "-o", "/dev/null"}) words.emplace_back(word);
  words.push_back(path);
  return words;
}

double seconds(const timeval& t) {
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
}

}  // namespace

double compile_seconds(const std::string& source) {
  const source_file file(source);
  std::vector<std::string> words = command_for(file.path());
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  setenv("CCACHE_DISABLE", "1", 1);
  pid_t child = 0;
  if (posix_spawnp(&child, argv[0], nullptr, nullptr, argv.data(), environ) != 0) {
    throw std::runtime_error("cannot start the compiler " RT_BENCH_COMPILER);
  }
  int status = 0;
  rusage usage{};
  while (wait4(child, &status, 0, &usage) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) throw std::runtime_error("does not compile");
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace bench
