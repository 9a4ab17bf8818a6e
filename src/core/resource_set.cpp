#include "rt/core/resource_set.hpp"

#include <algorithm>
#include <utility>

namespace rt {
namespace {

bool before(const resource& one, std::string_view name) { return one.name < name; }

}  // namespace

resource_set::resource_set(std::initializer_list<resource> resources) {
  resources_.reserve(resources.size());
  for (const resource& each : resources) insert(each);
}

void resource_set::insert(resource added) {
  // Behind its equals, so that what was given twice stays in the order given.
  const auto place = std::upper_bound(
      resources_.begin(), resources_.end(), added.name,
      [](const std::string& name, const resource& one) { return name < one.name; });
  resources_.insert(place, std::move(added));
}

resource_set::const_iterator resource_set::find(std::string_view name) const noexcept {
  const auto at = std::lower_bound(resources_.begin(), resources_.end(), name, before);
  return at != resources_.end() && at->name == name ? at : resources_.end();
}

amount resource_set::operator[](std::string_view name) const noexcept {
  const auto at = find(name);
  return at != resources_.end() ? at->amount : rt::amount();
}

bool resource_set::contains(std::string_view name) const noexcept {
  return find(name) != resources_.end();
}

std::string to_string(const resource_set& resources) {
  std::string text;
  for (const auto& [name, amount] : resources) {
    if (!text.empty()) text += ',';
    text += name + '=' + to_string(amount);
  }
  return text;
}

}  // namespace rt
