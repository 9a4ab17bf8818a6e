#pragma once

#include <rt/detail/actor_core.hpp>
#include <rt/detail/argument_type.hpp>
#include <rt/detail/make_cell.hpp>
#include <rt/detail/type_list.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>

namespace rt::detail {

/// Where target (the actor of a call) and arguments lie in a cell, behind its outcome.
/// Units: bytes from the cell's begin; `target` is 0 where there is none.
template <std::size_t N>
struct call_layout {
  std::uint32_t target = 0;
  std::uint32_t offsets[N + 1] = {};
  std::uint32_t size = 0;
  std::uint32_t alignment = 0;
};

template <std::size_t N>
constexpr call_layout<N> lay_out(std::uint32_t outcome_end, std::size_t alignment, bool has_target,
                                 const std::size_t (&sizes)[N + 1],
                                 const std::size_t (&alignments)[N + 1]) {
  const auto align_up = [](std::size_t at, std::size_t to) { return (at + to - 1) / to * to; };
  call_layout<N> made;
  std::size_t at = outcome_end;
  if (has_target) {
    at = align_up(at, alignof(actor_ptr));
    made.target = static_cast<std::uint32_t>(at);
    at += sizeof(actor_ptr);
  }
  for (std::size_t i = 0; i < N; ++i) {
    at = align_up(at, alignments[i]);
    made.offsets[i] = static_cast<std::uint32_t>(at);
    at += sizes[i];
    alignment = std::max(alignment, alignments[i]);
  }
  made.size = static_cast<std::uint32_t>(align_up(at, alignment));
  made.alignment = static_cast<std::uint32_t>(alignment);
  return made;
}

/// The form of all cells that run something with a result of type `Result` on arguments kept as
/// `Items`, taken by parameters of the types `P`, which only what is written down depends on.
template <class Result, bool HasTarget, class Parameters, class... Items>
struct call_shape;

template <class Result, bool HasTarget, class... P, class... Items>
struct call_shape<Result, HasTarget, type_list<P...>, Items...> {
  static constexpr call_layout<sizeof...(Items)> layout =
      lay_out<sizeof...(Items)>(outcome_end_of<Result>, alignof(object_cell<Result>), HasTarget,
                                {sizeof(Items)..., 0}, {alignof(Items)..., 1});
  static_assert(layout.alignment <= cell_alignment_max, "rt: an alignment above a page is refused");

  static constexpr const argument_type* types[] = {
      &argument_type_of<Items, typename Items::template written_for<P>>..., nullptr};

  template <std::size_t I, class Item>
  static Item& item(cell& any) noexcept {
    return *std::launder(
        reinterpret_cast<Item*>(reinterpret_cast<std::byte*>(&any) + layout.offsets[I]));
  }
};

/// A cell while its arguments are stored: unless it is taken, those that are there end, and its memory
/// goes back.
class call_in_making {
 public:
  /// Shape: `actor` is the target of a call, or null. Errors: aborts when memory runs out.
  call_in_making(const cell_type& type, std::uint32_t references, std::uint32_t runtime,
                 actor_core* actor = nullptr) noexcept;
  call_in_making(const call_in_making&) = delete;
  call_in_making& operator=(const call_in_making&) = delete;
  ~call_in_making() {
    if (made_ != nullptr) give_up();
  }

  /// The place of an argument, and word that it is there now.
  void* address(std::uint32_t offset) const noexcept {
    return reinterpret_cast<std::byte*>(made_) + offset;
  }
  void count_stored() noexcept { ++stored_; }

  cell* take() noexcept { return std::exchange(made_, nullptr); }

 private:
  void give_up() noexcept;

  cell* made_;
  std::uint32_t stored_ = 0;
};

// The entries of a cell's type that depend on its arguments alone.

/// Ends all arguments.
void end_arguments(cell& any) noexcept;
/// Returns the `index`-th cell that the arguments wait for, null past the last.
cell* awaited_argument(cell& any, std::uint32_t index) noexcept;
/// Writes all arguments down.
void write_arguments(cell& any, output_archive& out);
/// The actor whose method this calls.
actor_core* target_of(cell& any) noexcept;
void bind_target(cell& any, actor_core& actor) noexcept;
void end_target(cell& any) noexcept;

/// Makes a cell of that type, whose arguments are all values, from bytes.
/// Errors: `serialization_error`.
cell* read_call(const cell_type& type, input_archive& in, actor_core* actor,
                std::uint32_t references, std::uint32_t runtime);

/// Fills in what a cell's type says of its arguments and its target.
template <class Shape>
constexpr cell_type with_arguments(cell_type type) {
  for (const argument_type* each : Shape::types) {
    if (each == nullptr) break;
    if (each->end != nullptr) type.destroy_arguments = &end_arguments;
    if (each->awaited != nullptr) type.argument = &awaited_argument;
  }
  type.write_arguments = &write_arguments;
  if (Shape::layout.target != 0) {
    type.actor = &target_of;
    type.end = &end_target;
  }
  type.arguments = Shape::types;
  type.offsets = Shape::layout.offsets;
  type.target = Shape::layout.target;
  type.size = Shape::layout.size;
  type.alignment = Shape::layout.alignment;
  return type;
}

}  // namespace rt::detail
