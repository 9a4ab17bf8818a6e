#pragma once

#include <rt/detail/counted_ptr.hpp>

#include <cstdint>

namespace rt::detail {

// How a handle is written: what it refers to goes beside the bytes, and its number there among them;
// `no_reference` stands for an empty one.
inline constexpr std::uint32_t no_reference = UINT32_MAX;

template <class Archive>
void save_handle(Archive& archive, const cell_ptr& handle) {
  archive(handle ? archive.add_reference(handle) : no_reference);
}

template <class Archive>
cell_ptr load_handle(Archive& archive) {
  std::uint32_t index = no_reference;
  archive(index);
  return index == no_reference ? cell_ptr() : archive.take_reference(index);
}

}  // namespace rt::detail
