#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "rt/core/result.hpp"
#include "rt/transport/secret.hpp"

namespace rt::app {

/// Where a head on this machine leaves the secret of the cluster whose port that is: in the user's runtime
/// folder, `$XDG_RUNTIME_DIR/roundtrip`, or `/tmp/roundtrip-<user id>` where there is none.
std::string secret_path(unsigned port);

/// A cluster's secrets, as a file holds them.
/// Shape: one or two; the first is used, both are believed.
using secret_list = std::vector<secret>;

/// Reads `64 hexadecimal digits, end of line` once or twice.
/// Errors: `errc::authentication`, which names the file and never what it holds: there is none, it is not
/// of that form, or others than this user can read or change it, or what leads to it.
result<secret_list> read_secrets(const std::string& path);

/// Returns 32 random bytes of the kernel's.   Errors: `errc::authentication`.
result<secret> make_secret();

/// Writes a file that only this user can read, whole or not at all, and in the place of what was there.
/// The folder of `secret_path` is made where there is none.   Errors: as `read_secrets`.
result<void> write_secrets(const std::string& path, const secret_list& secrets);

/// Removes it, if it is there.
void remove_secrets(const std::string& path) noexcept;

}  // namespace rt::app
