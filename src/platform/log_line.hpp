#pragma once

#include <string_view>

namespace rt::platform {

/// Writes "roundtrip: `text`" and a line end to stderr, in one system call, so that lines of several
/// threads and processes do not mix. Thread: any. Errors: none; what stderr does not take is lost.
void write_log_line(std::string_view text) noexcept;

}  // namespace rt::platform
