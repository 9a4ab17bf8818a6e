#include "progress.hpp"

#include <algorithm>
#include <cstdio>

#include <fmt/core.h>
#include <unistd.h>

progress::progress(std::uint64_t total_bytes)
    : total_bytes_(std::max<std::uint64_t>(total_bytes, 1)),
      visible_(::isatty(STDERR_FILENO) == 1) {}

void progress::add(std::uint64_t bytes) {
  done_bytes_ += bytes;
  const int percent =
      static_cast<int>(std::min<std::uint64_t>(100, 100 * done_bytes_ / total_bytes_));
  if (!visible_ || percent == drawn_percent_) return;
  drawn_percent_ = percent;
  fmt::print(stderr, "\r[{:#<{}}{:.<{}}] {:3} %", "", percent / 2, "", 50 - percent / 2, percent);
  std::fflush(stderr);
}

std::uint64_t progress::finish() {
  if (visible_) fmt::print(stderr, "\r{:60}\r", "");
  return done_bytes_;
}
