#include "api/declared_exceptions.hpp"

#include <atomic>

namespace rt::detail {
namespace {

constinit std::atomic<const declared_exception*> declared_list{nullptr};

std::string_view file_name(std::string_view path) {
  const std::size_t slash = path.find_last_of("/\\");
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

template <class Fits>
const declared_exception* find_declared_if(const Fits& fits) noexcept {
  for (const declared_table table : {builtin_exceptions(), coded_exceptions()})
    for (std::size_t i = 0; i < table.count; ++i)
      if (fits(table.first[i])) return &table.first[i];
  for (const declared_exception* each = declared_list.load(std::memory_order_acquire);
       each != nullptr; each = each->next)
    if (fits(*each)) return each;
  return nullptr;
}

// The same as comparing with `exception_id`, without making the string.
bool has_id(const declared_exception& declared, std::string_view id) noexcept {
  const std::string_view name = declared.type->name();
  if (!id.starts_with(name)) return false;
  id.remove_prefix(name.size());
  if (!is_hidden_type(*declared.type)) return id.empty();
  return id.starts_with('@') && id.substr(1) == file_name(declared.file);
}

}  // namespace

void declare_exception(declared_exception& declared) noexcept {
  const declared_exception* head = declared_list.load(std::memory_order_acquire);
  do {
    for (const declared_exception* each = head; each != nullptr; each = each->next)
      if (each == &declared || same_type(*each->type, *declared.type)) return;
    declared.next = head;
    // Release: who finds it sees it whole. Failure: look again, it may be there now.
  } while (!declared_list.compare_exchange_weak(head, &declared, std::memory_order_acq_rel,
                                                std::memory_order_acquire));
}

const declared_exception* find_declared(const std::type_info& type) noexcept {
  return find_declared_if(
      [&](const declared_exception& each) { return same_type(*each.type, type); });
}

const declared_exception* find_declared(std::string_view id) noexcept {
  return find_declared_if([&](const declared_exception& each) { return has_id(each, id); });
}

std::string exception_id(const declared_exception& declared) {
  std::string id = declared.type->name();
  if (is_hidden_type(*declared.type)) {
    id += '@';
    id += file_name(declared.file);
  }
  return id;
}

std::vector<declared_view> declared_views(const exception_object& exception) {
  std::vector<declared_view> views;
  if (exception.type == nullptr) return views;
  for (const std::type_info* const type : with_bases(*exception.type)) {
    const declared_exception* const declared = find_declared(*type);
    if (declared == nullptr) continue;
    const void* const object = catch_as(*type, *exception.type, exception.address);
    if (object == nullptr) continue;
    bool seen = false;
    for (const declared_view& view : views) seen = seen || view.declared == declared;
    if (!seen) views.push_back({declared, object});
  }
  return views;
}

}  // namespace rt::detail
