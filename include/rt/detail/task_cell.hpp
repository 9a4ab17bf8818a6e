#pragma once

#include <rt/detail/actor_core.hpp>
#include <rt/detail/call_context.hpp>
#include <rt/detail/function_record.hpp>
#include <rt/detail/function_traits.hpp>
#include <rt/detail/object_type.hpp>
#include <rt/detail/stored_argument.hpp>

#include <cstddef>
#include <cstdint>
#include <new>
#include <tuple>
#include <type_traits>
#include <utility>

namespace rt::detail {

/// The arguments of one call: how they are unpacked, waited for and written down.
template <class Parameters, class... Stored>
struct argument_pack;

template <class... P, class... Stored>
struct argument_pack<std::tuple<P...>, Stored...> {
  [[no_unique_address]] std::tuple<Stored...> items;

  cell* awaited(std::uint32_t index) noexcept {
    cell* found = nullptr;
    std::apply(
        [&](auto&... item) {
          // Each in turn gives what it waits for; a vector of references many.
          ((found == nullptr ? void(found = next_of(item, index)) : void()), ...);
        },
        items);
    return found;
  }
  static constexpr bool awaits = (Stored::awaits || ...);

  void write(output_archive& out) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (std::get<I>(items).template write<P>(out), ...);
    }
    (std::index_sequence_for<P...>{});
  }

 private:
  template <class Item>
  static cell* next_of(Item& item, std::uint32_t& index) noexcept {
    if constexpr (!Item::awaits) {
      return nullptr;
    } else {
      cell* found = item.awaited(index);
      if constexpr (requires { item.refs; }) {
        index -= static_cast<std::uint32_t>(std::min<std::size_t>(index, item.refs.size()));
      } else if (index > 0) {
        --index;
      }
      return found;
    }
  }
};

/// The storage of a cell that runs `F`: header, result, target (the actor of a method), arguments.
template <class F, class Target, class... Stored>
struct task_cell final : object_cell<std::remove_cvref_t<typename signature_t<F>::result>> {
  using signature = signature_t<F>;
  using result = std::remove_cvref_t<typename signature::result>;
  using base = object_cell<result>;
  using pack = argument_pack<typename signature::parameters, Stored...>;

  static constexpr bool is_call = !std::is_empty_v<Target>;

  union {
    pack arguments;
  };
  [[no_unique_address]] Target target;

  template <class... Items>
  task_cell(std::uint32_t references, std::uint32_t runtime, Target its_target, Items&&... items)
      : base(own_type, references, phase::pending, runtime),
        arguments{std::tuple<Stored...>(std::forward<Items>(items)...)},
        target(std::move(its_target)) {}
  ~task_cell() {}  // NOLINT: arguments and result end by the cell's phase

  static task_cell& self(cell& any) noexcept { return static_cast<task_cell&>(any); }

  decltype(auto) invoke() {
    const bool last = last_attempt(*this);
    return [&]<std::size_t... I>(std::index_sequence<I...>)->decltype(auto) {
      if constexpr (is_call) {
        using object = typename signature::object;
        auto* instance = static_cast<object*>(
            target->type->info == &typeid(object)
                ? target->instance
                : upcast(target->instance, *target->type->info, typeid(object)));
        return (instance->*F::value)(
            std::get<I>(arguments.items)
                .template unpack<std::tuple_element_t<I, typename signature::parameters>>(last)...);
      } else {
        return F::value(
            std::get<I>(arguments.items)
                .template unpack<std::tuple_element_t<I, typename signature::parameters>>(last)...);
      }
    }
    (std::index_sequence_for<Stored...>{});
  }

  static void run(cell& any) {
    task_cell& task = self(any);
    void* const place = std::addressof(task.value);
    if constexpr (std::is_void_v<result>) {
      task.invoke();
      if (is_call && !this_context().runtime->begin_store(any)) return;
      ::new (place) std::monostate();
    } else if constexpr (is_call) {
      // The actor may be killed while the method runs; then the call is complete without it.
      result made = task.invoke();
      if (this_context().runtime->begin_store(any)) ::new (place) result(std::move(made));
    } else {
      ::new (place) result(task.invoke());
    }
  }
  static void destroy_arguments(cell& any) noexcept { self(any).arguments.~pack(); }
  static cell* argument(cell& any, std::uint32_t index) noexcept {
    return self(any).arguments.awaited(index);
  }
  static actor_core* actor(cell& any) noexcept {
    if constexpr (is_call) {
      return self(any).target.get();
    } else {
      return nullptr;
    }
  }
  static void write_arguments(cell& any, output_archive& out) { self(any).arguments.write(out); }
  static void end(cell& any) noexcept { self(any).target.~Target(); }

  static const cell_type own_type;
};

/// The target of a call that has none.
struct no_target {};

/// Makes a cell in slab memory.
template <class Cell, class... Args>
Cell* make_cell(Args&&... args) {
  if constexpr (alignof(Cell) > alignof(cell)) {
    static_assert(alignof(Cell) <= 4096, "rt: an alignment above a page is refused");
  }
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

/// Makes a cell of `F` from arguments written down.
template <class F, class Target, class Parameters>
struct call_reader;

template <class F, class Target, class... P>
struct call_reader<F, Target, std::tuple<P...>> {
  using cell_of_values = task_cell<F, Target, stored_value<typename parameter<P>::stored>...>;

  static cell* read(input_archive& in, actor_core* actor, std::uint32_t references,
                    std::uint32_t runtime) {
    // Braces: the arguments are read in their order.
    std::tuple<stored_value<typename parameter<P>::stored>...> values{
        stored_value<typename parameter<P>::stored>{
            read_value<typename parameter<P>::stored>(in)}...};
    return std::apply(
        [&](auto&... value) -> cell* {
          if constexpr (std::is_empty_v<Target>) {
            static_cast<void>(actor);
            return make_cell<cell_of_values>(references, runtime, Target{}, std::move(value)...);
          } else {
            return make_cell<cell_of_values>(references, runtime, Target::share(actor),
                                             std::move(value)...);
          }
        },
        values);
  }
};

template <class F>
using target_t = std::conditional_t<signature_t<F>::member, actor_ptr, no_target>;

/// The record of `F`, known to the process before `main`. `__BASE_FILE__` counts only where `F` has
/// internal linkage, and then this variable is each source file's own.
template <class F>
inline function_record record_of{
    typeid(function_tag<F::value>), __BASE_FILE__,
    &call_reader<F, target_t<F>, typename signature_t<F>::parameters>::read};

template <class F, class Target, class... Stored>
const cell_type task_cell<F, Target, Stored...>::own_type = {
    .run = &run,
    .destroy_arguments = &destroy_arguments,
    .destroy_result = object_type<result>::destroy_result,
    .argument = pack::awaits ? &argument : nullptr,
    .actor = is_call ? &actor : nullptr,
    .end = is_call ? &end : nullptr,
    .write_arguments = &write_arguments,
    .write_result = object_type<result>::write_result,
    .read_result = object_type<result>::read_result,
    .function = &record_of<F>,
    .size = sizeof(task_cell),
    .alignment = alignof(task_cell),
    .outcome_offset = outcome_offset_of<result>,
};

}  // namespace rt::detail
