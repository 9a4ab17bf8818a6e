#include "platform/log_line.hpp"

#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>

namespace rt::platform {

void write_log_line(std::string_view text) noexcept {
  const int saved_errno = errno;
  char prefix[] = "roundtrip: ";
  char line_end[] = "\n";
  const iovec parts[] = {
      {prefix, sizeof prefix - 1}, {const_cast<char*>(text.data()), text.size()}, {line_end, 1}};
  ssize_t written;
  do {
    written = ::writev(STDERR_FILENO, parts, 3);
  } while (written < 0 && errno == EINTR);
  errno = saved_errno;
}

}  // namespace rt::platform
