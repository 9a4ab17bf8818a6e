#include <rt/detail/call_context.hpp>
#include <rt/detail/cell.hpp>
#include <rt/detail/function_record.hpp>

#include <cstring>
#include <map>

#include "core/class_name.hpp"

namespace rt::detail {

namespace {

// Filled before `main`, by constructors in any order, so it needs none of its own.
constinit function_record* first_record = nullptr;

/// The mangled name says whether a function is hidden in its source file: `_ZL` begins a static one,
/// `_GLOBAL__N_1` is the unnamed namespace.
bool has_internal_linkage(std::string_view mangled) {
  return mangled.find("_ZL") != std::string_view::npos ||
         mangled.find("_GLOBAL__N_") != std::string_view::npos;
}

std::string_view without_folders(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

/// Takes out what clang alone adds to the name of a function without linkage that returns a `std::string`:
/// builds of both compilers know it by one name.
std::string without_tags(std::string name, std::string_view tag) {
  for (std::size_t at = name.find(tag); at != std::string::npos; at = name.find(tag, at)) {
    name.erase(at, tag.size());
  }
  return name;
}

/// The inside of the tag: `rt::detail::function_tag<&(f(int))>` is about `f(int)`.
std::string inner_name(std::string demangled) {
  const std::size_t open = demangled.find('<');
  const std::size_t close = demangled.rfind('>');
  if (open == std::string::npos || close == std::string::npos || close <= open) return demangled;
  std::string inner = demangled.substr(open + 1, close - open - 1);
  if (inner.starts_with("&(") && inner.ends_with(')')) inner = inner.substr(2, inner.size() - 3);
  else if (inner.starts_with('&')) inner.erase(0, 1);
  else if (inner.starts_with('(')) {
    const std::size_t type_end = inner.find("(&(");
    if (type_end != std::string::npos)
      inner = inner.substr(type_end + 3, inner.size() - type_end - 5);
  }
  return inner;
}

}  // namespace

function_record::function_record(const std::type_info& its_tag, const char* its_base_file,
                                 const cell_type& its_cells) noexcept
    : tag(&its_tag), base_file(its_base_file), of_values(&its_cells), next(first_record) {
  first_record = this;
}

std::string function_record::name() const {
  return inner_name(without_tags(class_name(*tag), "[abi:cxx11]"));
}

std::string name_of(const cell& task) {
  const call_context* context = task.context.load(std::memory_order_acquire);
  if (context != nullptr && context->owner == &task && !context->name.empty()) return context->name;
  return task.type->function != nullptr ? task.type->function->name() : "an object";
}

std::string identity_of(const std::type_info& type, const char* base_file) {
  std::string made = without_tags(type.name(), "B5cxx11");
  if (!made.empty() && made.front() == '*') made.erase(0, 1);
  if (has_internal_linkage(made)) {
    made += '@';
    made += without_folders(base_file);
  }
  return made;
}

std::string function_record::identity() const { return identity_of(*tag, base_file); }

namespace {

/// The functions by their identity, as known when the newest record was `built_to`.
struct function_table {
  std::map<std::string, const function_record*, std::less<>> functions;
  const function_record* built_to = nullptr;
  const function_table* replaced = nullptr;  ///< stays, for readers that have it
};

}  // namespace

const function_record* find_function(std::string_view identity) {
  // Built once all records are known; a library loaded later adds to it. Two threads may both build
  // one: then one replaces the other, which is as good.
  static constinit std::atomic<const function_table*> newest{nullptr};
  const function_table* known = newest.load(std::memory_order_acquire);
  if (known == nullptr || known->built_to != first_record) {
    auto* made = new function_table;
    made->built_to = first_record;
    for (const function_record* at = first_record; at != nullptr; at = at->next) {
      made->functions.emplace(at->identity(), at);
    }
    made->replaced = newest.exchange(made, std::memory_order_acq_rel);
    known = made;
  }
  const auto found = known->functions.find(identity);
  return found == known->functions.end() ? nullptr : found->second;
}

void forget_paces() noexcept {
  for (function_record* at = first_record; at != nullptr; at = at->next) {
    at->estimate_ns.store(0, std::memory_order_relaxed);
    at->last_ns.store(0, std::memory_order_relaxed);
  }
}

std::string find_twin_functions() {
  std::map<std::string, const function_record*> seen;
  for (const function_record* at = first_record; at != nullptr; at = at->next) {
    const auto [twin, added] = seen.emplace(at->identity(), at);
    // With external linkage it is one function that two libraries of the program hold.
    if (added || !has_internal_linkage(at->tag->name())) continue;
    if (twin->second->of_values == at->of_values) continue;
    return "two functions named " + at->name() +
           " are hidden in source files of one name: " + twin->second->base_file + " and " +
           at->base_file + "; rename one of the files or functions, or give one external linkage";
  }
  return {};
}

}  // namespace rt::detail
