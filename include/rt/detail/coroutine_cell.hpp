#pragma once

#include <rt/detail/coroutine_root.hpp>
#include <rt/detail/task_cell.hpp>

#include <cstddef>
#include <new>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace rt::detail {

/// An argument on its way into a coroutine: what a parameter that is a reference refers to must live
/// as long as the coroutine does, so it is kept where it does not lie in the cell.
template <class Shape, std::size_t I, class P, class Item>
class coroutine_argument {
  using unpacked = decltype(std::declval<Item&>().template unpack<P>(true));
  static constexpr bool keeps = std::is_reference_v<P> && !std::is_reference_v<unpacked>;

 public:
  explicit coroutine_argument(cell& task) : kept_(make(task)) {}

  decltype(auto) pass(cell& task) {
    if constexpr (keeps) {
      return static_cast<P&&>(kept_);
    } else {
      return unpack(task);
    }
  }

 private:
  static decltype(auto) unpack(cell& task) {
    return Shape::template item<I, Item>(task).template unpack<P>(last_attempt(task));
  }
  static auto make(cell& task) {
    if constexpr (keeps) {
      return unpack(task);
    } else {
      static_cast<void>(task);
      return std::monostate();
    }
  }

  std::conditional_t<keeps, std::remove_cvref_t<unpacked>, std::monostate> kept_;
};

/// The cells that run `F`, a coroutine, on arguments kept as `Items`.
template <class F, class... Items>
struct coroutine_cell {
  using signature = signature_t<F>;
  using result = call_result_of<F>;
  using kept = typename result::kept;
  using shape = call_shape<kept, signature::member, call_parameters_t<F>, Items...>;

  template <class Parameters, class Indices>
  struct root;
  template <class... P, std::size_t... I>
  struct root<type_list<P...>, std::index_sequence<I...>> final : coroutine_root {
    template <std::size_t At>
    using item_at = std::tuple_element_t<At, std::tuple<Items...>>;

    // Before the coroutine, which refers to them and so ends first.
    std::tuple<coroutine_argument<shape, I, P, item_at<I>>...> arguments;
    typename signature::result body;

    explicit root(cell& its_task)
        : coroutine_root{.task = &its_task, .finish = &end_with_outcome, .destroy = &destroy_root},
          arguments((static_cast<void>(I), its_task)...),
          body(call()) {
      if constexpr (result::kind == call_kind::stream) {
        constexpr std::size_t last = sizeof...(Items) - 1;
        stream = access::cell_of(shape::template item<last, item_at<last>>(its_task).value).get();
      }
      body.coroutine_.promise().root = this;
      next = body.coroutine_;
    }

    auto call() {
      cell& from = *task;
      if constexpr (signature::member) {
        return (instance_of<typename signature::object>(from).*
                F::value)(std::get<I>(arguments).pass(from)...);
      } else {
        return F::value(std::get<I>(arguments).pass(from)...);
      }
    }

    static void end_with_outcome(coroutine_root& ended) {
      auto& promise = static_cast<root&>(ended).body.coroutine_.promise();
      cell& task = *ended.task;
      if (promise.failure) std::rethrow_exception(promise.failure);
      // The actor may have been killed meanwhile; then the call is complete without it.
      if (signature::member && !this_context().runtime->begin_store(task)) return;
      void* const place = outcome_place<kept>(task);
      if constexpr (std::is_void_v<kept>) {
        ::new (place) std::monostate();
      } else {
        ::new (place) kept(promise.take());
      }
    }
    static void destroy_root(coroutine_root& ended) noexcept { delete static_cast<root*>(&ended); }
  };

  static void run(cell& task) {
    using parameters = typename signature::parameters;
    start(*new root<parameters, std::make_index_sequence<signature::arity>>(task));
  }

  static const cell_type own_type;
};

template <class F, class... Items>
const cell_type coroutine_cell<F, Items...>::own_type =
    with_arguments<shape>({.run = &run,
                           .destroy_result = object_type<kept>::destroy_result,
                           .write_result = object_type<kept>::write_result,
                           .read_result = object_type<kept>::read_result,
                           .function = &record_of<F>,
                           .outcome_offset = outcome_offset_of<kept>});

}  // namespace rt::detail
