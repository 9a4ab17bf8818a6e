#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

/// Some files and their sizes together.
struct batch {
  std::vector<std::string> paths;
  std::uint64_t bytes = 0;
};

/// Finds the files below a folder whose name ends in one of the extensions; an empty one stands for
/// names without any. Links are not followed, and folders that may not be read are passed over.
/// Shape: in batches of about `batch_bytes` each, a file of more alone.
/// Errors: `std::filesystem::filesystem_error` when the folder itself cannot be read.
std::vector<batch> find_files(const std::filesystem::path& folder,
                              const std::vector<std::string>& extensions,
                              std::uint64_t batch_bytes);

/// Reads a regular file whole into `text`, which keeps its memory from one file to the next.
/// Returns false where there is none to read, or not any more.
bool read_file(const std::string& path, std::string& text);
