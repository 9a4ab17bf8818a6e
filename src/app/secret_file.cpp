// The file: {digit{64} '\n'}{1,2}, the digits hexadecimal; blanks and empty lines are let pass.

#include "app/secret_file.hpp"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

namespace rt::app {
namespace {

constexpr std::size_t secrets_max = 2;
constexpr std::size_t file_bytes_max = 512;
constexpr mode_t others = S_IRWXG | S_IRWXO;

error_info wrong(const std::string& path, const std::string& what) {
  return {.code = errc::authentication,
          .outcome = outcome::not_started,
          .message = "the secret in " + path + ": " + what};
}

error_info failed(const std::string& path) { return wrong(path, std::strerror(errno)); }

class descriptor {
 public:
  explicit descriptor(int number) : number_(number) {}
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  ~descriptor() {
    if (number_ >= 0) ::close(number_);
  }

  int number() const noexcept { return number_; }
  explicit operator bool() const noexcept { return number_ >= 0; }

 private:
  int number_;
};

std::string runtime_folder() {
  const char* const given = std::getenv("XDG_RUNTIME_DIR");
  if (given != nullptr && *given == '/') return std::string(given) + "/roundtrip";
  return "/tmp/roundtrip-" + std::to_string(::geteuid());
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return path.substr(0, std::max<std::size_t>(slash, 1));
}

/// Somebody else who can write to the folder can put a file of theirs in the place of ours.
std::optional<error_info> check_folder(const std::string& folder) {
  struct stat is {};
  if (::lstat(folder.c_str(), &is) != 0) return failed(folder);
  if (!S_ISDIR(is.st_mode)) return wrong(folder, "it is no folder");
  if (is.st_uid != ::geteuid()) return wrong(folder, "the folder is another user's");
  if ((is.st_mode & others) != 0) return wrong(folder, "others can look into the folder");
  return std::nullopt;
}

/// A file that is named by hand may be a link, as where a cluster's manager puts it; ours may not.
std::optional<error_info> check_file(int file, const std::string& path) {
  struct stat is {};
  if (::fstat(file, &is) != 0) return failed(path);
  if (!S_ISREG(is.st_mode)) return wrong(path, "it is no file");
  if (is.st_uid != ::geteuid() && is.st_uid != 0) return wrong(path, "it is another user's");
  if ((is.st_mode & others) != 0) {
    return wrong(path, "others than its owner can use it; take that away by chmod 600");
  }
  return std::nullopt;
}

std::optional<unsigned> digit(char c) noexcept {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

std::optional<secret> read_line(std::string_view line) {
  if (line.size() != 2 * secret::size) return std::nullopt;
  secret read;
  for (std::size_t i = 0; i < secret::size; ++i) {
    const auto high = digit(line[2 * i]);
    const auto low = digit(line[2 * i + 1]);
    if (!high || !low) return std::nullopt;
    read.bytes[i] = static_cast<std::byte>(*high << 4 | *low);
  }
  return read;
}

std::optional<secret_list> read_lines(std::string_view text) {
  secret_list all;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    constexpr std::string_view blanks = " \t\r";
    line.remove_prefix(std::min(line.size(), line.find_first_not_of(blanks)));
    line = line.substr(0, line.find_last_not_of(blanks) + 1);
    if (line.empty()) continue;
    const auto read = read_line(line);
    if (!read || all.size() == secrets_max) return std::nullopt;
    all.push_back(*read);
  }
  if (all.empty()) return std::nullopt;
  return all;
}

std::string lines_of(const secret_list& secrets) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const secret& each : secrets) {
    for (const std::byte byte : each.bytes) {
      text += digits[std::to_integer<unsigned>(byte) >> 4];
      text += digits[std::to_integer<unsigned>(byte) & 15];
    }
    text += '\n';
  }
  return text;
}

bool write_all(int file, std::string_view text) noexcept {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

std::string secret_path(unsigned port) {
  return runtime_folder() + "/head-" + std::to_string(port) + ".secret";
}

result<secret_list> read_secrets(const std::string& path) {
  const bool ours = folder_of(path) == runtime_folder();
  if (ours && ::access(path.c_str(), F_OK) == 0) {
    if (auto bad = check_folder(folder_of(path))) return std::move(*bad);
  }
  // A pipe would be waited for.
  const int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | (ours ? O_NOFOLLOW : 0);
  const descriptor file(::open(path.c_str(), flags));
  if (!file) return errno == ELOOP ? wrong(path, "it is a link") : failed(path);
  if (auto bad = check_file(file.number(), path)) return std::move(*bad);
  std::array<char, file_bytes_max> text;
  const ssize_t size = ::read(file.number(), text.data(), text.size());
  if (size < 0) return failed(path);
  auto read = read_lines({text.data(), static_cast<std::size_t>(size)});
  ::explicit_bzero(text.data(), text.size());
  if (!read) return wrong(path, "it holds one line, or two, of 64 hexadecimal digits");
  return std::move(*read);
}

result<secret> make_secret() {
  secret made;
  // So few bytes come whole, or not at all.
  if (::getrandom(made.bytes.data(), made.bytes.size(), 0) != static_cast<ssize_t>(secret::size)) {
    return wrong("memory", "the system has no randomness");
  }
  return made;
}

result<void> write_secrets(const std::string& path, const secret_list& secrets) {
  const std::string folder = folder_of(path);
  if (folder == runtime_folder()) {
    if (::mkdir(folder.c_str(), S_IRWXU) != 0 && errno != EEXIST) return failed(folder);
    if (auto bad = check_folder(folder)) return std::move(*bad);
  }
  // Under a name of its own first: who reads finds all of it, and a link is replaced, not followed.
  const std::string fresh = path + '.' + std::to_string(::getpid());
  ::unlink(fresh.c_str());
  const descriptor file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                               S_IRUSR | S_IWUSR));
  if (!file) return failed(fresh);
  std::string text = lines_of(secrets);
  const bool written = write_all(file.number(), text) && ::fsync(file.number()) == 0 &&
                       ::rename(fresh.c_str(), path.c_str()) == 0;
  const error_info why = written ? error_info{} : failed(path);
  ::explicit_bzero(text.data(), text.size());
  if (written) return {};
  ::unlink(fresh.c_str());
  return why;
}

void remove_secrets(const std::string& path) noexcept { ::unlink(path.c_str()); }

}  // namespace rt::app
