#pragma once

#include <rt/detail/cell.hpp>

#include <cstddef>
#include <new>
#include <utility>

namespace rt::detail {

/// The largest alignment of a value that is kept in a cell.
inline constexpr std::size_t cell_alignment_max = 4096;

/// Makes a cell in slab memory.
template <class Cell, class... Args>
Cell* make_cell(Args&&... args) {
  static_assert(alignof(Cell) <= cell_alignment_max, "rt: an alignment above a page is refused");
  void* memory = allocate_cell(sizeof(Cell), alignof(Cell));
  struct guard {
    void* memory;
    ~guard() {
      if (memory != nullptr) free_cell(memory, sizeof(Cell), alignof(Cell));
    }
  } unless_made{memory};
  Cell* made = ::new (memory) Cell(std::forward<Args>(args)...);
  unless_made.memory = nullptr;
  return made;
}

}  // namespace rt::detail
