#pragma once

#include <rt/detail/cell.hpp>
#include <rt/detail/counted_ptr.hpp>
#include <rt/detail/handle_archive.hpp>
#include <rt/detail/object_type.hpp>
#include <rt/detail/travels.hpp>

#include <algorithm>
#include <cstddef>
#include <new>
#include <type_traits>

namespace rt::detail {

// A reference to an object of another process refers to a **proxy** here: the place of its value,
// pending until that was brought. An **import** stands for the object itself, whatever its type; it is
// what a payload holds before anyone has said what the object is read as.

void end_proxy(cell& any) noexcept;
void want_proxy(cell& any) noexcept;
/// Errors: `serialization_error`: such an object cannot be brought.
void refuse_to_read(cell& any, input_archive& in);

template <class T>
constexpr auto proxy_reader() {
  if constexpr (std::is_void_v<T> || travels<T>) return object_type<T>::read_result;
  else return &refuse_to_read;
}

/// Where a proxy keeps its import.   Units: bytes.
template <class T>
inline constexpr std::uint32_t import_offset = (outcome_end_of<T> + alignof(cell_ptr) - 1) /
                                               alignof(cell_ptr) * alignof(cell_ptr);

template <class T>
inline constexpr cell_type proxy_type = {
    .destroy_result = object_type<T>::destroy_result,
    .end = &end_proxy,
    .read_result = proxy_reader<T>(),
    .want = &want_proxy,
    .target = import_offset<T>,
    .size = static_cast<std::uint32_t>(
        (import_offset<T> + sizeof(cell_ptr) + alignof(object_cell<T>) - 1) /
        alignof(object_cell<T>) * alignof(object_cell<T>)),
    .alignment = static_cast<std::uint32_t>(alignof(object_cell<T>)),
    .outcome_offset = outcome_offset_of<T>,
};

/// The import that a proxy keeps.
inline cell_ptr& import_of(cell& proxy) noexcept {
  return *std::launder(
      reinterpret_cast<cell_ptr*>(reinterpret_cast<std::byte*>(&proxy) + proxy.type->target));
}

/// Returns the proxy that sees an import's object as that type says, the same for equal ones.
cell_ptr see_as(const cell_ptr& import, const cell_type& type);
[[noreturn]] void throw_other_type();

/// Reads what a reference to a `T` refers to.   Errors: `serialization_error`, where it is something else.
template <class T, class Archive>
cell_ptr load_object(Archive& archive) {
  cell_ptr found = load_handle(archive);
  if (!found) return found;
  if (found->type->is_import) return see_as(found, proxy_type<T>);
  if constexpr (!std::is_void_v<T> && travels<T>) {
    // Bytes from elsewhere may name any object.
    if (found->type->read_result != object_type<T>::read_result) throw_other_type();
  }
  return found;
}

}  // namespace rt::detail
