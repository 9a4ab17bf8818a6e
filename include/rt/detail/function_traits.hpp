#pragma once

#include <rt/detail/type_list.hpp>

#include <cstddef>
#include <type_traits>

namespace rt::detail {

/// The parts of a function type that a remote call needs.
/// Shape: `object` is the class of a member function, with its qualifiers, and void for others.
template <class Result, class Object, class... Parameters>
struct signature {
  using result = Result;
  using object = Object;
  using parameters = type_list<Parameters...>;
  static constexpr std::size_t arity = sizeof...(Parameters);
  static constexpr bool valid = true;
  static constexpr bool member = !std::is_void_v<Object>;
};

/// What cannot be called remotely at all; `why` is the number of the sentence.
struct no_signature {
  using result = void;
  using object = void;
  using parameters = type_list<>;
  static constexpr std::size_t arity = 0;
  static constexpr bool valid = false;
  static constexpr bool member = false;
};

template <class T>
struct signature_of : no_signature {};

// clang-format off
template <class R, class... P> struct signature_of<R (*)(P...)> : signature<R, void, P...> {};
template <class R, class... P> struct signature_of<R (*)(P...) noexcept> : signature<R, void, P...> {};
template <class R, class C, class... P> struct signature_of<R (C::*)(P...)> : signature<R, C, P...> {};
template <class R, class C, class... P> struct signature_of<R (C::*)(P...) noexcept> : signature<R, C, P...> {};
template <class R, class C, class... P> struct signature_of<R (C::*)(P...) const> : signature<R, const C, P...> {};
template <class R, class C, class... P> struct signature_of<R (C::*)(P...) const noexcept> : signature<R, const C, P...> {};
template <class R, class C, class... P> struct signature_of<R (C::*)(P...) &> : signature<R, C, P...> {};
template <class R, class C, class... P> struct signature_of<R (C::*)(P...) & noexcept> : signature<R, C, P...> {};
template <class R, class C, class... P> struct signature_of<R (C::*)(P...) const &> : signature<R, const C, P...> {};
template <class R, class C, class... P> struct signature_of<R (C::*)(P...) const & noexcept> : signature<R, const C, P...> {};
// clang-format on

template <class T>
inline constexpr bool has_call_operator = requires {
  &T::operator();
};

/// The signature of a template argument of `rt::remote`: a pointer to a function or member function,
/// or an object of a captureless, non-generic lambda's type.
template <auto F>
constexpr auto find_signature() {
  using type = std::remove_cv_t<decltype(F)>;
  if constexpr (std::is_class_v<type>) {
    if constexpr (has_call_operator<type> && std::is_empty_v<type>) {
      using inner = signature_of<decltype(&type::operator())>;
      return []<class... P>(type_list<P...>*) {
        return signature<typename inner::result, void, P...>{};
      }(static_cast<typename inner::parameters*>(nullptr));
    } else {
      return no_signature{};
    }
  } else {
    return signature_of<type>{};
  }
}

/// `F` as a type, which is what all templates of ours are instantiated with.
///
/// The second parameter is there for the linker: g++ 12 gives templates over a pointer to a member of
/// a class in an unnamed namespace external linkage, so that two source files, each with a hidden class
/// of one name, would share one instance; over the pointer's type it does not.
template <auto F, class Type = std::remove_cv_t<decltype(F)>>
struct function_constant {
  using type = Type;
  static constexpr auto value = F;
};

template <class F>
using signature_t = decltype(find_signature<F::value>());

/// The tag type whose mangled name is the identity of `F`.
template <auto F>
struct function_tag {};

}  // namespace rt::detail
