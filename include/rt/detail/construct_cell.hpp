#pragma once

#include <rt/detail/actor_core.hpp>
#include <rt/detail/call_shape.hpp>
#include <rt/detail/function_record.hpp>
#include <rt/detail/object_type.hpp>
#include <rt/detail/stored_argument.hpp>
#include <rt/detail/travels.hpp>
#include <rt/detail/type_list.hpp>
#include <rt/put.hpp>

#include <cstdint>
#include <type_traits>
#include <typeinfo>
#include <utility>

namespace rt::detail {

template <class T>
void destroy_instance(void* instance) noexcept {
  delete static_cast<T*>(instance);
}

template <class T>
inline const actor_type actor_type_of{typeid(T), &destroy_instance<T>, __BASE_FILE__};

/// How a constructor's argument is kept: decayed, literals as strings, views owned.
template <class A>
struct constructor_argument {
  static constexpr auto find() {
    using plain = decayed_t<A>;
    if constexpr (view_traits<plain>::is_view) {
      return std::type_identity<typename view_traits<plain>::stored>{};
    } else {
      return std::type_identity<plain>{};
    }
  }
  using type = typename decltype(find())::type;
};
template <class A>
using stored_t = typename constructor_argument<A>::type;

template <class Stored, class A>
Stored store_decayed(A&& argument) {
  using given = std::remove_cvref_t<A>;
  if constexpr (std::is_same_v<given, Stored>) {
    if constexpr (std::is_lvalue_reference_v<A>) {
      return clone<Stored>(argument);
    } else {
      return std::forward<A>(argument);
    }
  } else if constexpr (view_traits<given>::is_view) {
    return stored_ref<int>::make_stored<Stored>(argument);
  } else {
    return Stored(std::forward<A>(argument));
  }
}

/// What a constructor gets of a stored argument whose references are waited for.
template <class Stored>
struct opened {
  using type = Stored&&;
};
template <class U>
struct opened<object_ref<U>> {
  using type = const U&;
};
template <>
struct opened<object_ref<void>> {
  using type = object_ref<void>&&;
};

template <class T, class... Args>
inline constexpr bool brace_constructible = requires {
  T{std::declval<Args>()...};
};

enum class construction { none, parentheses, braces, opened_parentheses, opened_braces };

template <class T, class... Stored>
constexpr construction find_construction() {
  if constexpr (std::is_constructible_v<T, Stored&&...>) {
    return construction::parentheses;
  } else if constexpr (std::is_aggregate_v<T> && brace_constructible<T, Stored&&...>) {
    return construction::braces;
  } else if constexpr (std::is_constructible_v<T, typename opened<Stored>::type...>) {
    return construction::opened_parentheses;
  } else if constexpr (std::is_aggregate_v<T> &&
                       brace_constructible<T, typename opened<Stored>::type...>) {
    return construction::opened_braces;
  } else {
    return construction::none;
  }
}

template <class T, class... Stored>
constexpr bool check_construction() {
  constexpr bool pointers = ((std::is_pointer_v<Stored> || std::is_null_pointer_v<Stored>) || ...);
  static_assert(!pointers,
                "rt::spawn: an argument is a pointer, which means nothing elsewhere: give a value");
  constexpr bool found = find_construction<T, Stored...>() != construction::none;
  static_assert(found || pointers,
                "rt::spawn: the actor's class has no constructor that takes these arguments");
  if constexpr (found && !pointers) return (check_travels<Stored>() && ...);
  return false;
}

template <class T, class... Stored>
struct construct_tag {};

/// A constructor's argument that is waited for and seen where it lies.
template <class U>
struct opened_value : stored_value<object_ref<U>> {
  static constexpr bool awaits = true;

  cell* awaited(std::uint32_t& index) const noexcept {
    return index-- == 0 ? access::cell_of(this->value).get() : nullptr;
  }
};

template <bool Opens, class Stored>
struct constructor_item {
  using type = stored_value<Stored>;
};
template <class U>
requires(!std::is_void_v<U>) struct constructor_item<true, object_ref<U>> {
  using type = opened_value<U>;
};

template <class Item>
auto&& pass(Item& item) noexcept {
  return std::move(item.value);
}
template <class U>
const U& pass(opened_value<U>& item) noexcept {
  return value_of<U>(*access::cell_of(item.value));
}

/// The cell that makes an actor's object, the first in its mailbox.
template <class T, class... Stored>
struct construct_cell {
  static constexpr construction way = find_construction<T, Stored...>();
  static constexpr bool opens =
      way == construction::opened_parentheses || way == construction::opened_braces;

  template <class S>
  using item_t = typename constructor_item<opens, S>::type;
  using shape = call_shape<void, true, type_list<Stored...>, item_t<Stored>...>;

  // An aggregate may be given its first members alone, as in a call of its own.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
  template <std::size_t... I>
  static T* construct(cell& any, std::index_sequence<I...>) {
    static_cast<void>(any);
    if constexpr (way == construction::parentheses || way == construction::opened_parentheses) {
      return new T(pass(shape::template item<I, item_t<Stored>>(any))...);
    } else {
      return new T{pass(shape::template item<I, item_t<Stored>>(any))...};
    }
  }
#pragma GCC diagnostic pop

  static void run(cell& any) {
    target_of(any)->instance = construct(any, std::index_sequence_for<Stored...>{});
    // The actor may have been killed meanwhile; then this is complete already.
    if (!this_context().runtime->begin_store(any)) return;
    ::new (outcome_place<void>(any)) std::monostate();
  }

  /// Shape: one engine reference; the target is bound by `engine::spawn`.
  template <class... Args>
  static cell* make(engine& runtime, Args&&... args) {
    call_in_making made(own_type, engine_reference, runtime.number());
    [[maybe_unused]] const std::uint32_t* offset = shape::layout.offsets;
    ((::new (made.address(*offset++))
          item_t<Stored>{store_decayed<Stored>(std::forward<Args>(args))},
      made.count_stored()),
     ...);
    return made.take();
  }

  static const cell_type own_type;
};

template <class T, class... Stored>
inline function_record constructor_record{typeid(construct_tag<T, Stored...>), __BASE_FILE__,
                                          construct_cell<T, Stored...>::own_type};

template <class T, class... Stored>
const cell_type construct_cell<T, Stored...>::own_type =
    with_arguments<shape>({.run = &run,
                           .bind = &bind_target,
                           .write_result = object_type<void>::write_result,
                           .read_result = object_type<void>::read_result,
                           .function = &constructor_record<T, Stored...>,
                           .outcome_offset = outcome_offset_of<void>});

}  // namespace rt::detail
