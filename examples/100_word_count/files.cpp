#include "files.hpp"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <system_error>

#include <sys/stat.h>

namespace fs = std::filesystem;

std::vector<batch> find_files(const fs::path& folder, const std::vector<std::string>& extensions,
                              std::uint64_t batch_bytes) {
  const auto wanted = [&](const fs::path& file) {
    const std::string dotted = file.extension().string();
    return std::find(extensions.begin(), extensions.end(), dotted.substr(dotted.empty() ? 0 : 1)) !=
           extensions.end();
  };
  std::vector<batch> batches(1);
  fs::recursive_directory_iterator at(folder, fs::directory_options::skip_permission_denied);
  for (std::error_code gone; at != fs::recursive_directory_iterator(); at.increment(gone)) {
    // What vanishes meanwhile is no file any more, and not an error.
    std::error_code ignored;
    if (at->is_symlink(ignored) || !at->is_regular_file(ignored) || !wanted(at->path())) continue;
    const std::uintmax_t size = at->file_size(ignored);
    if (ignored) continue;
    if (batches.back().bytes + size > batch_bytes && !batches.back().paths.empty()) {
      batches.emplace_back();
    }
    batches.back().paths.push_back(at->path().string());
    batches.back().bytes += size;
  }
  if (batches.back().paths.empty()) batches.pop_back();
  return batches;
}

bool read_file(const std::string& path, std::string& text) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                             &std::fclose);
  struct stat info {};
  if (!file || ::fstat(::fileno(file.get()), &info) != 0 || !S_ISREG(info.st_mode)) return false;
  std::setbuf(file.get(), nullptr);
  text.resize(static_cast<std::size_t>(info.st_size));
  text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  return std::ferror(file.get()) == 0;
}
