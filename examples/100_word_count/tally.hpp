#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "word_counts.hpp"

/// What was counted, and of how much. Travels, and is moved rather than copied where it can be.
struct tally {
  word_counts words;
  std::uint64_t bytes = 0;
  std::uint64_t files = 0;
  /// Files that could not be read.
  std::uint64_t skipped = 0;

  friend bool operator==(const tally&, const tally&) = default;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(words, bytes, files, skipped);
  }
};

/// Counts the words of a text: runs of letters, digits and `_` that begin with no digit.
/// Bytes beyond ASCII count as letters, so that UTF-8 stays whole.
void count_words(std::string_view text, word_counts& counts);

/// Reads a file and counts it, or notes that it could not be read. Returns its size.
std::uint64_t count_file(const std::string& path, tally& all);

/// Adds the smaller to the larger.
tally merge(tally a, tally b);
