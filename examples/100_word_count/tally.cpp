#include "tally.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "files.hpp"

namespace {

enum class kind : unsigned char { other, letter, digit };

constexpr std::array<kind, 256> make_kinds() {
  std::array<kind, 256> kinds{};
  for (std::size_t c = 0; c < kinds.size(); ++c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 128;
    kinds[c] = letter ? kind::letter : c >= '0' && c <= '9' ? kind::digit : kind::other;
  }
  return kinds;
}
constexpr std::array<kind, 256> kinds = make_kinds();

kind kind_of(char c) { return kinds[static_cast<unsigned char>(c)]; }
bool in_word(char c) { return kind_of(c) != kind::other; }

}  // namespace

void count_words(std::string_view text, word_counts& counts) {
  const auto* at = text.begin();
  while (at != text.end()) {
    const auto* const from = std::find_if(at, text.end(), in_word);
    at = std::find_if_not(from, text.end(), in_word);
    if (from != at && kind_of(*from) == kind::letter) {
      counts.add({from, static_cast<std::size_t>(at - from)});
    }
  }
}

std::uint64_t count_file(const std::string& path, tally& all) {
  thread_local std::string text;
  if (!read_file(path, text)) {
    ++all.skipped;
    return 0;
  }
  count_words(text, all.words);
  all.bytes += text.size();
  ++all.files;
  return text.size();
}

tally merge(tally a, tally b) {
  if (a.words.size() < b.words.size()) std::swap(a.words, b.words);
  a.words.merge(b.words);
  a.bytes += b.bytes;
  a.files += b.files;
  a.skipped += b.skipped;
  return a;
}
