#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Counts how often each word was met: a hash table whose words lie one after another in one string.
/// It is cheap to move, to merge, and to write down, since it is three flat pieces of memory.
class word_counts {
 public:
  void add(std::string_view word, std::uint64_t times = 1);

  /// Adds all counts of another. Fastest into the larger of the two.
  void merge(const word_counts& other);

  std::size_t size() const { return entries_.size(); }

  /// Returns the `n` most frequent words, the alphabet deciding between equals.
  std::vector<std::pair<std::string, std::uint64_t>> most_frequent(std::size_t n) const;

  /// Equal are the same counts of the same words, in whatever order they came.
  friend bool operator==(const word_counts& a, const word_counts& b);

  template <class Archive>
  void serialize(Archive& archive) {
    archive(letters_, entries_, slots_);
  }

 private:
  struct entry {
    std::uint64_t count = 0;
    std::uint64_t at = 0;  // in letters_
    std::uint32_t size = 0;
    std::uint32_t hash = 0;
  };
  struct slot {
    std::uint32_t hash = 0;
    std::uint32_t number = 0;  // of the entry, from 1; 0 where the slot is free
  };

  std::string_view word(const entry& e) const { return {letters_.data() + e.at, e.size}; }
  std::size_t find(std::string_view word, std::uint32_t hash) const;
  void add(std::string_view word, std::uint32_t hash, std::uint64_t times);
  void grow();

  std::string letters_;
  std::vector<entry> entries_;  // in the order of their first appearance
  std::vector<slot> slots_;     // a power of two, at most half of them taken
};
