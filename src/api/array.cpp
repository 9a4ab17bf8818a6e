#include <rt/array.hpp>
#include <rt/core/error.hpp>

#include <cstring>
#include <new>

namespace rt::detail {

namespace {

constexpr std::size_t array_alignment = 64;

/// The value of a block's cell: memory of its own, which ends with it.
struct array_block {
  std::byte* data = nullptr;
  std::size_t bytes = 0;

  explicit array_block(std::size_t size) : bytes(size) {
    if (size == 0) return;
    data = static_cast<std::byte*>(::operator new(size, std::align_val_t(array_alignment)));
    std::memset(data, 0, size);
  }
  array_block(const array_block&) = delete;
  array_block& operator=(const array_block&) = delete;
  ~array_block() { ::operator delete(data, std::align_val_t(array_alignment)); }
};

void end_block(cell& any) noexcept { std::destroy_at(&value_of<array_block>(any)); }

constexpr cell_type array_block_type = {
    .destroy_result = &end_block,
    .size = sizeof(object_cell<array_block>),
    .alignment = alignof(object_cell<array_block>),
    .outcome_offset = outcome_offset_of<array_block>,
};

}  // namespace

cell_ptr make_array_block(std::size_t count, std::size_t element_size) {
  if (count > (SIZE_MAX / 2) / element_size) throw std::bad_array_new_length();
  void* memory = allocate_cell(sizeof(object_cell<array_block>), alignof(object_cell<array_block>));
  auto* made =
      ::new (memory) object_cell<array_block>(array_block_type, handle_reference, phase::value, 0);
  try {
    ::new (static_cast<void*>(std::addressof(made->value))) array_block(count * element_size);
  } catch (...) {
    free_cell(memory, sizeof(object_cell<array_block>), alignof(object_cell<array_block>));
    throw;
  }
  return cell_ptr::adopt(made);
}

std::byte* array_data(cell& block) noexcept { return value_of<array_block>(block).data; }

std::size_t array_bytes(const cell& block) noexcept {
  return value_of<array_block>(const_cast<cell&>(block)).bytes;
}

bool is_array_block(const cell& any, std::size_t bytes) noexcept {
  return any.type == &array_block_type && array_bytes(any) >= bytes;
}

void throw_bad_array() { throw serialization_error("what should be an array's memory is none"); }

}  // namespace rt::detail
