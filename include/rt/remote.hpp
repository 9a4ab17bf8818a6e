#pragma once

#include <rt/call_options.hpp>
#include <rt/detail/call_check.hpp>
#include <rt/detail/engine.hpp>
#include <rt/detail/task_cell.hpp>
#include <rt/object_ref.hpp>
#include <rt/task_options.hpp>

#include <tuple>
#include <type_traits>
#include <utility>

namespace rt {

template <class T>
class actor;

namespace detail {

template <class F>
using remote_result_t = std::remove_cvref_t<typename signature_t<F>::result>;

[[noreturn]] void throw_move_only_retry(const function_record& function);

/// Does the function take an argument that cannot be had a second time?
template <class... P>
constexpr bool takes_move_only(std::tuple<P...>*) {
  return (
      (parameter<P>::consumes && !std::is_copy_constructible_v<typename parameter<P>::stored>) ||
      ...);
}

template <class Signature, class... Args>
constexpr bool check_call() {
  if constexpr (check_signature<Signature>()) {
    if constexpr (check_arguments<typename Signature::parameters, std::tuple<Args...>>()) {
      return check_signature_travels<Signature>();
    }
  }
  return false;
}

/// Stores the arguments and makes the cell: two references, the caller's and the engine's.
template <class F, class Target, class... P, class... Args>
auto* make_call(std::tuple<P...>*, engine& runtime, Target target, Args&&... args) {
  using cell_type_here = task_cell<F, Target, typename argument_plan<P, Args>::type...>;
  return make_cell<cell_type_here>(handle_reference + engine_reference, runtime.number(),
                                   std::move(target),
                                   argument_plan<P, Args>::store(std::forward<Args>(args))...);
}

/// Gives a new task its context and hands it over; its one engine reference goes along.
template <class Options>
void submit(engine& runtime, cell& task, const Options* options) {
  try {
    call_context* context = options != nullptr                ? runtime.context_of(task, *options)
                            : this_context().frame != nullptr ? runtime.inherited_context()
                                                              : nullptr;
    task.context.store(context, std::memory_order_relaxed);
    if constexpr (std::is_same_v<Options, call_options>) {
      runtime.submit_call(*task.type->actor(task), task);
    } else {
      runtime.submit(task);
    }
  } catch (...) {
    abandon(task);
    throw;
  }
}

template <class F, class Options, class... Args>
object_ref<remote_result_t<F>> call_function(const Options* options, Args&&... args) {
  using parameters = typename signature_t<F>::parameters;
  engine& runtime = current_engine();
  if constexpr (takes_move_only(static_cast<parameters*>(nullptr))) {
    if (options != nullptr && options->retry_exceptions) throw_move_only_retry(record_of<F>);
  }
  auto* task = make_call<F>(static_cast<parameters*>(nullptr), runtime, no_target{},
                            std::forward<Args>(args)...);
  object_ref<remote_result_t<F>> ref = access::make_ref<remote_result_t<F>>(cell_ptr::adopt(task));
  submit(runtime, *task, options);
  return ref;
}

/// A remote function with the options of one call.
template <class F>
class function_with_options {
 public:
  explicit function_with_options(task_options options) : options_(std::move(options)) {}

  template <class... Args>
  object_ref<remote_result_t<F>> operator()(Args&&... args) const {
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
  object_ref<remote_result_t<F>> operator()(Args&&... args) const {
    if constexpr (check_call<signature_t<F>, Args...>()) {
      return call_function<F, task_options>(nullptr, std::forward<Args>(args)...);
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
object_ref<remote_result_t<F>> call_method(const call_options* options, const A& callee,
                                           Args&&... args) {
  actor_core& core = checked_core(callee);
  auto* call = make_call<F>(static_cast<typename signature_t<F>::parameters*>(nullptr),
                            engine_of(core), actor_ptr::share(&core), std::forward<Args>(args)...);
  object_ref<remote_result_t<F>> ref = access::make_ref<remote_result_t<F>>(cell_ptr::adopt(call));
  submit(engine_of(core), *call, options);
  return ref;
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
  object_ref<remote_result_t<F>> operator()(A&& callee, Args&&... args) const {
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
  object_ref<remote_result_t<F>> operator()(A&& callee, Args&&... args) const {
    if constexpr (check_method_call<F, A, Args...>()) {
      return call_method<F>(static_cast<const call_options*>(nullptr), callee,
                            std::forward<Args>(args)...);
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
    return find_callable<signature_t<F>, std::tuple<Args...>>();
  } else if constexpr (sizeof...(Args) == 0) {
    return false;
  } else {
    return []<class A, class... Rest>(std::tuple<A, Rest...>*) {
      return find_method_of<typename signature_t<F>::object, A>() &&
             find_callable<signature_t<F>, std::tuple<Rest...>>();
    }(static_cast<std::tuple<Args...>*>(nullptr));
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
