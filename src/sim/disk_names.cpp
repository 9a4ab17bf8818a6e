#include "sim/disk_names.hpp"

#include <utility>

namespace rt::sim {

disk_file* disk_names::find(const std::string& name) const {
  const auto found = now_.find(name);
  return found != now_.end() ? found->second.get() : nullptr;
}

disk_file& disk_names::make(const std::string& name) {
  if (disk_file* const there = find(name)) return *there;
  begin({.name = name, .file = std::make_shared<disk_file>(), .gone = {}});
  return *find(name);
}

void disk_names::rename(const std::string& by, const std::string& name) {
  begin({.name = name, .file = now_.at(by), .gone = by});
}

void disk_names::remove(const std::string& name) {
  if (find(name) != nullptr) begin({.name = name, .file = nullptr, .gone = {}});
}

void disk_names::sync(const std::string& name) {
  std::size_t safe = changes_.size();
  while (safe > 0 && changes_[safe - 1].name != name && changes_[safe - 1].gone != name) --safe;
  for (std::size_t i = 0; i < safe; ++i) apply(changes_[i], safe_);
  changes_.erase(changes_.begin(), changes_.begin() + static_cast<std::ptrdiff_t>(safe));
}

void disk_names::lose(std::size_t kept) {
  for (std::size_t i = 0; i < kept; ++i) apply(changes_[i], safe_);
  changes_.clear();
  now_ = safe_;
}

void disk_names::for_each(const std::function<void(disk_file&)>& call) const {
  for (const auto& [name, file] : now_) call(*file);
}

void disk_names::apply(const change& next, table& to) {
  if (!next.gone.empty()) to.erase(next.gone);
  if (next.file != nullptr) to[next.name] = next.file;
  else to.erase(next.name);
}

void disk_names::begin(change next) {
  apply(next, now_);
  changes_.push_back(std::move(next));
}

}  // namespace rt::sim
