#pragma once

#include <rt/detail/call_context.hpp>
#include <rt/detail/call_result.hpp>
#include <rt/detail/call_shape.hpp>
#include <rt/detail/function_record.hpp>
#include <rt/detail/function_traits.hpp>
#include <rt/detail/object_type.hpp>
#include <rt/detail/stored_argument.hpp>
#include <rt/detail/type_list.hpp>

#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

namespace rt::detail {

/// The object of an actor's class, or its base `Object`, that a call is made on.
template <class Object>
Object& instance_of(cell& call) {
  const actor_core& target = *target_of(call);
  return *static_cast<Object*>(target.type->info == &typeid(Object)
                                   ? target.instance
                                   : upcast(target.instance, *target.type->info, typeid(Object)));
}

/// The cells that run `F` on arguments kept as `Items`: what depends on the function itself.
template <class F, class... Items>
struct task_cell {
  using signature = signature_t<F>;
  using parameters = typename signature::parameters;
  using result = std::remove_cvref_t<typename signature::result>;
  using shape = call_shape<result, signature::member, parameters, Items...>;

  static decltype(auto) invoke(cell& task) {
    return invoke(task, static_cast<parameters*>(nullptr), std::index_sequence_for<Items...>{});
  }

  template <class... P, std::size_t... I>
  static decltype(auto) invoke(cell& task, type_list<P...>*, std::index_sequence<I...>) {
    [[maybe_unused]] const bool last = last_attempt(task);
    if constexpr (signature::member) {
      return (instance_of<typename signature::object>(task).*
              F::value)(shape::template item<I, Items>(task).template unpack<P>(last)...);
    } else {
      return F::value(shape::template item<I, Items>(task).template unpack<P>(last)...);
    }
  }

  static void run(cell& task) {
    void* const place = outcome_place<result>(task);
    if constexpr (std::is_void_v<result>) {
      invoke(task);
      if (signature::member && !this_context().runtime->begin_store(task)) return;
      ::new (place) std::monostate();
    } else if constexpr (signature::member) {
      // The actor may be killed while the method runs; then the call is complete without it.
      result made = invoke(task);
      if (this_context().runtime->begin_store(task)) ::new (place) result(std::move(made));
    } else {
      ::new (place) result(invoke(task));
    }
  }

  static const cell_type own_type;
};

/// The same for coroutines: `task.hpp` and `generator.hpp` have it.
template <class F, class... Items>
struct coroutine_cell;

template <call_kind Kind>
struct cell_for_kind {
  template <class F, class... Items>
  using type = coroutine_cell<F, Items...>;
};
template <>
struct cell_for_kind<call_kind::plain> {
  template <class F, class... Items>
  using type = task_cell<F, Items...>;
};
/// The cells that a call of `F` makes.
template <class F, class... Items>
using call_cell = typename cell_for_kind<call_result_of<F>::kind>::template type<F, Items...>;

template <class F, class Parameters>
struct cell_of_values;
template <class F, class... P>
struct cell_of_values<F, type_list<P...>> {
  using type = call_cell<F, value_item<P>...>;
};

/// The record of `F`, known to the process before `main`. `__BASE_FILE__` counts only where `F` has
/// internal linkage, and then this variable is each source file's own.
template <class F>
inline function_record record_of{typeid(function_tag<F::value>), __BASE_FILE__,
                                 cell_of_values<F, call_parameters_t<F>>::type::own_type};

template <class F, class... Items>
const cell_type task_cell<F, Items...>::own_type =
    with_arguments<shape>({.run = &run,
                           .destroy_result = object_type<result>::destroy_result,
                           .write_result = object_type<result>::write_result,
                           .read_result = object_type<result>::read_result,
                           .function = &record_of<F>,
                           .outcome_offset = outcome_offset_of<result>});

}  // namespace rt::detail
