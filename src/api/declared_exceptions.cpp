#include "api/declared_exceptions.hpp"

#include <atomic>

namespace rt::detail {
namespace {

constinit std::atomic<const declared_exception*> declared_list{nullptr};

std::string_view file_name(std::string_view path) {
  const std::size_t slash = path.find_last_of("/\\");
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
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
  const declared_table builtin = builtin_exceptions();
  for (std::size_t i = 0; i < builtin.count; ++i)
    if (same_type(*builtin.first[i].type, type)) return &builtin.first[i];
  for (const declared_exception* each = declared_list.load(std::memory_order_acquire);
       each != nullptr; each = each->next)
    if (same_type(*each->type, type)) return each;
  return nullptr;
}

const declared_exception* find_declared(std::string_view id) noexcept {
  const declared_table builtin = builtin_exceptions();
  for (std::size_t i = 0; i < builtin.count; ++i)
    if (id == builtin.first[i].type->name()) return &builtin.first[i];
  for (const declared_exception* each = declared_list.load(std::memory_order_acquire);
       each != nullptr; each = each->next)
    if (id == exception_id(*each)) return each;
  return nullptr;
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
