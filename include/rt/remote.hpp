#pragma once

#include <rt/call_options.hpp>
#include <rt/detail/call_check.hpp>
#include <rt/detail/engine.hpp>
#include <rt/detail/task_cell.hpp>
#include <rt/detail/type_list.hpp>
#include <rt/object_ref.hpp>
#include <rt/task_options.hpp>

#include <type_traits>
#include <utility>

namespace rt {

template <class T>
class actor;

namespace detail {

template <class F>
using remote_result_t = typename call_result_of<F>::type;
/// What its caller gets: an `object_ref`, or of a generator an `object_ref_stream`.
template <class F>
using remote_handle_t = typename call_result_of<F>::handle;

/// Calls a generator; `object_ref_stream.hpp` has it.
template <class F, class Options, class... Args>
remote_handle_t<F> start_stream(engine& runtime, actor_core* actor, const Options* options,
                                Args&&... args);

[[noreturn]] void throw_move_only_retry(const function_record& function);

/// Does the function take an argument that cannot be had a second time?
template <class... P>
constexpr bool takes_move_only(type_list<P...>*) {
  return ((parameter<P>::consumes && !copyable<typename parameter<P>::stored>) || ...);
}

template <class Signature, class... Args>
constexpr bool check_call() {
  if constexpr (check_signature<Signature>()) {
    if constexpr (check_arguments<typename Signature::parameters, type_list<Args...>>()) {
      return check_signature_travels<Signature>();
    }
  }
  return false;
}

/// Stores one argument. One function for each kind, not a copy in each call, where it is more than a
/// move or two.
template <class P, class A>
[[gnu::noinline]] void store_apart(void* place, A&& argument) {
  ::new (place)
      typename argument_plan<P, A>::type(argument_plan<P, A>::store(std::forward<A>(argument)));
}
template <class P, class A>
void store_argument(void* place, A&& argument) {
  using stored = typename argument_plan<P, A>::type;
  if constexpr (std::is_trivially_copyable_v<stored> && sizeof(stored) <= 2 * sizeof(void*)) {
    ::new (place) stored(argument_plan<P, A>::store(std::forward<A>(argument)));
  } else {
    store_apart<P>(place, std::forward<A>(argument));
  }
}

/// Stores the arguments, makes the cell (two references, the caller's and the engine's) and submits
/// it. One function for all that have the same types; what is the function's own is in `type`.
template <class Result, class... P, class Options, class... Args>
[[gnu::noinline]] object_ref<Result> start_call(type_list<P...>*, const cell_type& type,
                                                engine& runtime, actor_core* actor,
                                                const Options* options, Args&&... args) {
  using shape = call_shape<Result, std::is_same_v<Options, call_options>, type_list<P...>,
                           typename argument_plan<P, Args>::type...>;
  call_in_making made(type, handle_reference + engine_reference, runtime.number(), actor);
  [[maybe_unused]] const std::uint32_t* offset = shape::layout.offsets;
  ((store_argument<P>(made.address(*offset++), std::forward<Args>(args)), made.count_stored()),
   ...);
  cell* const task = made.take();
  runtime.submit(*task, options);
  return access::make_ref<Result>(cell_ptr::adopt(task));
}

/// The type of the cell of such a call.
template <class F, class... P, class... Args>
constexpr const cell_type& type_of_call(type_list<P...>*, type_list<Args...>*) noexcept {
  return call_cell<F, typename argument_plan<P, Args>::type...>::own_type;
}

template <class F, class... Args>
remote_handle_t<F> call_function(const task_options* options, Args&&... args) {
  constexpr auto* parameters = static_cast<typename signature_t<F>::parameters*>(nullptr);
  if constexpr (takes_move_only(parameters)) {
    if (options != nullptr && options->retry_exceptions) throw_move_only_retry(record_of<F>);
  }
  if constexpr (call_result_of<F>::kind == call_kind::stream) {
    return start_stream<F>(current_engine(), nullptr, options, std::forward<Args>(args)...);
  } else {
    return start_call<remote_result_t<F>>(
        parameters, type_of_call<F>(parameters, static_cast<type_list<Args...>*>(nullptr)),
        current_engine(), nullptr, options, std::forward<Args>(args)...);
  }
}

/// A remote function with the options of one call.
template <class F>
class function_with_options {
 public:
  explicit function_with_options(task_options options) : options_(std::move(options)) {}

  template <class... Args>
  remote_handle_t<F> operator()(Args&&... args) const {
    if constexpr (check_call<signature_t<F>, Args...>()) {
      return call_function<F>(&options_, std::forward<Args>(args)...);
    } else {
      return {};
    }
  }

 private:
  task_options options_;
};

/// `rt::remote<F>` of a function, a static member function or a lambda.
template <class F>
class remote_function {
 public:
  /// Calls it somewhere and returns at once.
  template <class... Args>
  remote_handle_t<F> operator()(Args&&... args) const {
    if constexpr (check_call<signature_t<F>, Args...>()) {
      return call_function<F>(nullptr, std::forward<Args>(args)...);
    } else {
      return {};
    }
  }

  function_with_options<F> with(task_options options) const {
    return function_with_options<F>(std::move(options));
  }
};

template <class T>
inline constexpr bool is_actor = false;
template <class T>
inline constexpr bool is_actor<actor<T>> = true;
template <class T>
struct actor_class {};
template <class T>
struct actor_class<actor<T>> {
  using type = T;
};

/// Can a method of `Object` be called on an actor that is an `A`?
template <class Object, class A>
constexpr bool find_method_of() {
  if constexpr (!is_actor<std::remove_cvref_t<A>>) {
    return false;
  } else {
    using derived = typename actor_class<std::remove_cvref_t<A>>::type;
    return std::is_convertible_v<derived*, std::remove_const_t<Object>*>;
  }
}

/// The core behind a handle; `actor.hpp` has it. Errors: `errc::invalid_argument` if it is empty.
template <class T>
actor_core& checked_core(const actor<T>& handle);

template <class F, class A, class... Args>
remote_handle_t<F> call_method(const call_options* options, const A& callee, Args&&... args) {
  [[maybe_unused]] constexpr auto* parameters =
      static_cast<typename signature_t<F>::parameters*>(nullptr);
  actor_core& core = checked_core(callee);
  if constexpr (call_result_of<F>::kind == call_kind::stream) {
    return start_stream<F>(engine_of(core), &core, options, std::forward<Args>(args)...);
  } else {
    return start_call<remote_result_t<F>>(
        parameters, type_of_call<F>(parameters, static_cast<type_list<Args...>*>(nullptr)),
        engine_of(core), &core, options, std::forward<Args>(args)...);
  }
}

template <class F, class A, class... Args>
constexpr bool check_method_call() {
  constexpr bool fits = find_method_of<typename signature_t<F>::object, A>();
  static_assert(fits,
                "rt::remote: the first argument of a method is the actor: an rt::actor<T> of its "
                "class or of one derived from it, publicly and unambiguously");
  if constexpr (fits) return check_call<signature_t<F>, Args...>();
  return false;
}

/// A remote method with the options of one call.
template <class F>
class method_with_options {
 public:
  explicit method_with_options(call_options options) : options_(std::move(options)) {}

  template <class A, class... Args>
  remote_handle_t<F> operator()(A&& callee, Args&&... args) const {
    if constexpr (check_method_call<F, A, Args...>()) {
      return call_method<F>(&options_, callee, std::forward<Args>(args)...);
    } else {
      return {};
    }
  }

 private:
  call_options options_;
};

/// `rt::remote<&T::method>`.
template <class F>
class remote_method {
 public:
  /// Calls it on the actor, after the caller's earlier calls, and returns at once.
  template <class A, class... Args>
  remote_handle_t<F> operator()(A&& callee, Args&&... args) const {
    if constexpr (check_method_call<F, A, Args...>()) {
      return call_method<F>(nullptr, callee, std::forward<Args>(args)...);
    } else {
      return {};
    }
  }

  method_with_options<F> with(call_options options) const {
    return method_with_options<F>(std::move(options));
  }
};

/// What `F` is not, said once.
template <class F>
class not_remote {
  using type = typename F::type;
  static_assert(!std::is_member_object_pointer_v<type>,
                "rt::remote: a data member cannot be called; name a function");
  static_assert(
      !std::is_class_v<type> || std::is_empty_v<type>,
      "rt::remote: a lambda that captures cannot be called remotely: give what it needs as "
      "an argument");
  static_assert(!std::is_class_v<type> || !std::is_empty_v<type>,
                "rt::remote: a generic lambda has no one signature: name its types, or a function");
  static_assert(std::is_member_object_pointer_v<type> || std::is_class_v<type>,
                "rt::remote: this kind of function cannot be called remotely: varargs, volatile "
                "and && members are refused");

 public:
  template <class... Args>
  object_ref<void> operator()(Args&&...) const {
    return {};
  }
};

template <class F>
constexpr auto choose_remote() {
  if constexpr (!signature_t<F>::valid) {
    return std::type_identity<not_remote<F>>{};
  } else if constexpr (signature_t<F>::member) {
    return std::type_identity<remote_method<F>>{};
  } else {
    return std::type_identity<remote_function<F>>{};
  }
}

template <class F, class... Args>
constexpr bool find_remote_callable() {
  if constexpr (!signature_t<F>::valid) {
    return false;
  } else if constexpr (!signature_t<F>::member) {
    return find_callable<signature_t<F>, type_list<Args...>>();
  } else if constexpr (sizeof...(Args) == 0) {
    return false;
  } else {
    return []<class A, class... Rest>(type_list<A, Rest...>*) {
      return find_method_of<typename signature_t<F>::object, A>() &&
             find_callable<signature_t<F>, type_list<Rest...>>();
    }(static_cast<type_list<Args...>*>(nullptr));
  }
}

}  // namespace detail

/// `F`, to be called somewhere in the cluster: `rt::remote<f>(args…)` returns at once with an
/// `object_ref` to the result; `rt::remote<f>.with({…})(args…)` says how.
///
/// `F` is a function, a static, member or inherited member function, or a captureless, non-generic
/// lambda; of overloads one is chosen by `static_cast`. Naming it here makes it callable on every node
/// that runs this binary. Of a method the first argument is the actor.
/// Owner: arguments are converted and stored before it returns; none is referred to afterwards.
/// Thread: any; never blocks, except to help while `max_queued_tasks` are queued.
/// Errors: `pending_calls_limit_error`, `config_error`, `errc::no_runtime`.
template <auto F>
inline constexpr
    typename decltype(detail::choose_remote<detail::function_constant<F>>())::type remote{};

/// Would `rt::remote<F>(args…)` compile?
template <auto F, class... Args>
inline constexpr bool callable =
    detail::find_remote_callable<detail::function_constant<F>, Args...>();

/// The `T` of the `object_ref<T>` that `rt::remote<F>` returns.
template <auto F>
using result_t = detail::remote_result_t<detail::function_constant<F>>;

}  // namespace rt
