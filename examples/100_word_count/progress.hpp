#pragma once

#include <cstdint>

/// Keeps how much has been read, and draws it as a bar where someone looks at it: an actor, so that
/// tasks may tell it from wherever they run, and no two draw at once.
class progress {
 public:
  explicit progress(std::uint64_t total_bytes);

  void add(std::uint64_t bytes);

  /// Wipes the bar away and returns what was added in all.
  std::uint64_t finish();

 private:
  std::uint64_t total_bytes_;
  std::uint64_t done_bytes_ = 0;
  int drawn_percent_ = -1;
  bool visible_;
};
