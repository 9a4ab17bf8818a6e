#include <rt/core/error.hpp>
#include <rt/detail/actor_core.hpp>
#include <rt/detail/actor_handle.hpp>
#include <rt/detail/engine.hpp>
#include <rt/detail/function_record.hpp>
#include <rt/detail/make_cell.hpp>
#include <rt/detail/object_type.hpp>

#include <cxxabi.h>

#include "core/class_name.hpp"

namespace rt::detail {

namespace {

void end_wrapped(cell& any) noexcept { std::destroy_at(&value_of<actor_handle>(any)); }

/// A cell that carries a handle through an archive; never written down itself.
constexpr cell_type wrapped_handle_type = {
    .destroy_result = &end_wrapped,
    .size = sizeof(object_cell<actor_handle>),
    .alignment = alignof(object_cell<actor_handle>),
    .outcome_offset = outcome_offset_of<actor_handle>,
};

}  // namespace

namespace {

// Filled before `main`, by constructors in any order, so it needs none of its own.
constinit const actor_type* first_type = nullptr;

}  // namespace

actor_type::actor_type(const std::type_info& its_info, void (*its_end)(void*) noexcept,
                       const char* its_base_file) noexcept
    : info(&its_info), destroy(its_end), base_file(its_base_file), next(first_type) {
  first_type = this;
}

std::string actor_type::identity() const { return identity_of(*info, base_file); }

const actor_type* find_actor_type(std::string_view identity) {
  for (const actor_type* at = first_type; at != nullptr; at = at->next) {
    if (at->identity() == identity) return at;
  }
  return nullptr;
}

void* upcast(void* instance, const std::type_info& actual, const std::type_info& wanted) noexcept {
  // What a catch clause does: exactly the public unambiguous bases, virtual ones included.
  void* part = instance;
  return wanted.__do_catch(&actual, &part, 1) ? part : nullptr;
}

namespace {

/// Walks the classes below `type`, as far as public bases lead, and counts ways to `wanted`.
/// A virtual base is one object however many ways lead there.
void count_bases(const std::type_info& type, const std::type_info& wanted, bool through_virtual,
                 int& ways, bool& virtual_way) noexcept {
  if (type == wanted) {
    if (through_virtual) {
      ways += virtual_way ? 0 : 1;
      virtual_way = true;
    } else {
      ++ways;
    }
    return;
  }
  if (const auto* single = dynamic_cast<const abi::__si_class_type_info*>(&type)) {
    count_bases(*single->__base_type, wanted, through_virtual, ways, virtual_way);
  } else if (const auto* many = dynamic_cast<const abi::__vmi_class_type_info*>(&type)) {
    for (unsigned i = 0; i < many->__base_count; ++i) {
      const abi::__base_class_type_info& base = many->__base_info[i];
      if (base.__is_public_p()) {
        count_bases(*base.__base_type, wanted, through_virtual || base.__is_virtual_p(), ways,
                    virtual_way);
      }
    }
  }
}

}  // namespace

bool upcast_possible(const std::type_info& actual, const std::type_info& wanted) noexcept {
  int ways = 0;
  bool virtual_way = false;
  count_bases(actual, wanted, false, ways, virtual_way);
  return ways == 1;
}

void release(actor_core& core) noexcept {
  if (core.references.fetch_sub(1, std::memory_order_acq_rel) == 1) core.free(core);
}

cell_ptr wrap_handle(const actor_handle& handle) {
  if (handle.core() == nullptr) return {};
  auto* wrapped = make_cell<object_cell<actor_handle>>(wrapped_handle_type, handle_reference,
                                                       phase::value, handle.core()->runtime);
  ::new (static_cast<void*>(std::addressof(wrapped->value))) actor_handle(handle);
  return cell_ptr::adopt(wrapped);
}

const actor_handle* wrapped_handle(cell& any) noexcept {
  return any.type == &wrapped_handle_type ? &value_of<actor_handle>(any) : nullptr;
}

actor_handle unwrap_handle(const cell_ptr& wrapped, const std::type_info& wanted) {
  if (!wrapped) return {};
  const actor_handle* const inside = wrapped_handle(*wrapped);
  if (inside == nullptr) throw serialization_error("what should be an actor's handle is none");
  const actor_handle& handle = *inside;
  const std::type_info& actual = *handle.core()->type->info;
  if (!upcast_possible(actual, wanted)) {
    throw serialization_error("a handle to an actor of another class: " + class_name(actual));
  }
  return handle;
}

}  // namespace rt::detail
