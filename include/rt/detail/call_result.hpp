#pragma once

#include <rt/detail/function_traits.hpp>
#include <rt/detail/type_list.hpp>
#include <rt/fwd.hpp>
#include <rt/object_ref.hpp>

#include <type_traits>

namespace rt::detail {

/// How a function goes about its result: at once, as a coroutine, or as one that yields many.
enum class call_kind { plain, coroutine, stream };

/// What a function's declared result means to who calls it.
/// Shape: `type` is the `T` of the reference (or of the stream's), `kept` what the call's cell holds.
template <class R>
struct call_result {
  using type = std::remove_cvref_t<R>;
  using kept = type;
  using handle = object_ref<type>;
  static constexpr call_kind kind = call_kind::plain;
};
template <class T>
struct call_result<task<T>> {
  using type = T;
  using kept = T;
  using handle = object_ref<T>;
  static constexpr call_kind kind = call_kind::coroutine;
};
template <class T>
struct call_result<generator<T>> {
  using type = T;
  using kept = void;
  using handle = object_ref_stream<T>;
  static constexpr call_kind kind = call_kind::stream;
};

template <class F>
using call_result_of = call_result<typename signature_t<F>::result>;

/// What a call stores: of a generator, behind its own parameters, the stream that it yields into.
template <call_kind Kind, class Parameters>
struct call_parameters {
  using type = Parameters;
};
template <class... P>
struct call_parameters<call_kind::stream, type_list<P...>> {
  using type = type_list<P..., object_ref<void>>;
};
template <class F>
using call_parameters_t =
    typename call_parameters<call_result_of<F>::kind, typename signature_t<F>::parameters>::type;

}  // namespace rt::detail
