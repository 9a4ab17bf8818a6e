#include "word_counts.hpp"

#include <algorithm>
#include <functional>

void word_counts::add(std::string_view word, std::uint64_t times) {
  const std::size_t hash = std::hash<std::string_view>()(word);
  add(word, static_cast<std::uint32_t>(hash ^ (hash >> 32)), times);
}

void word_counts::merge(const word_counts& other) {
  for (const entry& e : other.entries_) add(other.word(e), e.hash, e.count);
}

/// Returns the slot that holds the word, or the free one where it would be.
std::size_t word_counts::find(std::string_view word, std::uint32_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t i = hash & mask;
  for (; slots_[i].number != 0; i = (i + 1) & mask) {
    if (slots_[i].hash == hash && this->word(entries_[slots_[i].number - 1]) == word) break;
  }
  return i;
}

void word_counts::add(std::string_view word, std::uint32_t hash, std::uint64_t times) {
  if (2 * entries_.size() >= slots_.size()) grow();
  slot& place = slots_[find(word, hash)];
  if (place.number == 0) {
    entries_.push_back({0, letters_.size(), static_cast<std::uint32_t>(word.size()), hash});
    letters_ += word;
    place = {hash, static_cast<std::uint32_t>(entries_.size())};
  }
  entries_[place.number - 1].count += times;
}

void word_counts::grow() {
  slots_.assign(std::max<std::size_t>(1024, 4 * slots_.size()), {});
  for (std::size_t n = 0; n < entries_.size(); ++n) {
    std::size_t i = entries_[n].hash & (slots_.size() - 1);
    while (slots_[i].number != 0) i = (i + 1) & (slots_.size() - 1);
    slots_[i] = {entries_[n].hash, static_cast<std::uint32_t>(n + 1)};
  }
}

std::vector<std::pair<std::string, std::uint64_t>> word_counts::most_frequent(std::size_t n) const {
  std::vector<const entry*> order(entries_.size());
  std::transform(entries_.begin(), entries_.end(), order.begin(), [](auto& e) { return &e; });
  const auto end = order.begin() + static_cast<std::ptrdiff_t>(std::min(n, order.size()));
  std::partial_sort(order.begin(), end, order.end(), [this](const entry* a, const entry* b) {
    return a->count != b->count ? a->count > b->count : word(*a) < word(*b);
  });
  std::vector<std::pair<std::string, std::uint64_t>> top;
  std::for_each(order.begin(), end, [&](auto* e) { top.emplace_back(word(*e), e->count); });
  return top;
}

bool operator==(const word_counts& a, const word_counts& b) {
  return a.size() == b.size() &&
         std::all_of(a.entries_.begin(), a.entries_.end(), [&](const word_counts::entry& e) {
           const std::uint32_t number = b.slots_[b.find(a.word(e), e.hash)].number;
           return number != 0 && b.entries_[number - 1].count == e.count;
         });
}
