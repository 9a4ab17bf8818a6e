#pragma once

#include <rt/detail/actor_core.hpp>
#include <rt/detail/archive.hpp>
#include <rt/detail/cell.hpp>
#include <rt/detail/function_record.hpp>
#include <rt/detail/object_type.hpp>
#include <rt/detail/stored_argument.hpp>
#include <rt/detail/task_cell.hpp>
#include <rt/detail/travels.hpp>
#include <rt/put.hpp>

#include <cstdint>
#include <tuple>
#include <type_traits>
#include <typeinfo>
#include <utility>

namespace rt::detail {

template <class T>
void destroy_instance(void* instance) noexcept {
  delete static_cast<T*>(instance);
}

template <class T>
inline constexpr actor_type actor_type_of = {&typeid(T), &destroy_instance<T>};

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

/// The cell that makes an actor's object, the first in its mailbox.
template <class T, class... Stored>
struct construct_cell final : object_cell<void> {
  static constexpr construction way = find_construction<T, Stored...>();
  static constexpr bool opens =
      way == construction::opened_parentheses || way == construction::opened_braces;

  union {
    std::tuple<Stored...> arguments;
  };
  /// Set by `engine::spawn` through `bind`.
  actor_ptr target;

  template <class... Items>
  construct_cell(std::uint32_t references, std::uint32_t runtime, Items&&... items)
      : object_cell<void>(own_type, references, phase::pending, runtime),
        arguments(std::forward<Items>(items)...) {}
  ~construct_cell() {}  // NOLINT: arguments end by the cell's phase

  static construct_cell& self(cell& any) noexcept { return static_cast<construct_cell&>(any); }

  template <class Item>
  static decltype(auto) pass(Item& item) noexcept {
    if constexpr (opens && is_object_ref<Item>) {
      using value = referred_t<Item>;
      if constexpr (std::is_void_v<value>) {
        return std::move(item);
      } else {
        return static_cast<const value&>(value_of<value>(*access::cell_of(item)));
      }
    } else {
      return std::move(item);
    }
  }

  // An aggregate may be given its first members alone, as in a call of its own.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
  static void run(cell& any) {
    construct_cell& made = self(any);
    made.target->instance = std::apply(
        [](auto&... item) -> void* {
          if constexpr (way == construction::parentheses ||
                        way == construction::opened_parentheses) {
            return new T(pass(item)...);
          } else {
            return new T{pass(item)...};
          }
        },
        made.arguments);
    // The actor may have been killed meanwhile; then this is complete already.
    if (!this_context().runtime->begin_store(any)) return;
    ::new (static_cast<void*>(std::addressof(made.value))) std::monostate();
  }
#pragma GCC diagnostic pop
  static void destroy_arguments(cell& any) noexcept { std::destroy_at(&self(any).arguments); }
  static cell* argument(cell& any, std::uint32_t index) noexcept {
    cell* found = nullptr;
    if constexpr (opens) {
      std::apply(
          [&](auto&... item) {
            ((found == nullptr ? void(found = next_of(item, index)) : void()), ...);
          },
          self(any).arguments);
    } else {
      static_cast<void>(any);
      static_cast<void>(index);
    }
    return found;
  }
  template <class Item>
  static cell* next_of(Item& item, std::uint32_t& index) noexcept {
    if constexpr (is_object_ref<Item>) {
      if constexpr (!std::is_void_v<referred_t<Item>>) {
        return index-- == 0 ? access::cell_of(item).get() : nullptr;
      }
    }
    static_cast<void>(item);
    static_cast<void>(index);
    return nullptr;
  }
  static actor_core* actor(cell& any) noexcept { return self(any).target.get(); }
  static void bind(cell& any, actor_core& core) noexcept {
    self(any).target = actor_ptr::share(&core);
  }
  static void end(cell& any) noexcept { self(any).target.~actor_ptr(); }
  static void write_arguments(cell& any, output_archive& out) {
    std::apply([&](auto&... item) { (write_value(out, item), ...); }, self(any).arguments);
  }
  static cell* read(input_archive& in, actor_core* core, std::uint32_t references,
                    std::uint32_t runtime) {
    std::tuple<Stored...> values{read_value<Stored>(in)...};
    construct_cell* made = std::apply(
        [&](auto&... value) {
          return make_cell<construct_cell>(references, runtime, std::move(value)...);
        },
        values);
    bind(*made, *core);
    return made;
  }

  static const cell_type own_type;
};

template <class T, class... Stored>
inline function_record constructor_record{typeid(construct_tag<T, Stored...>), __BASE_FILE__,
                                          &construct_cell<T, Stored...>::read};

template <class T, class... Stored>
const cell_type construct_cell<T, Stored...>::own_type = {
    .run = &run,
    .destroy_arguments = &destroy_arguments,
    .argument = opens ? &argument : nullptr,
    .actor = &actor,
    .bind = &bind,
    .end = &end,
    .write_arguments = &write_arguments,
    .write_result = object_type<void>::write_result,
    .read_result = object_type<void>::read_result,
    .function = &constructor_record<T, Stored...>,
    .size = sizeof(construct_cell),
    .alignment = alignof(construct_cell),
    .outcome_offset = outcome_offset_of<void>,
};

}  // namespace rt::detail
