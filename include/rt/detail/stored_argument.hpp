#pragma once

#include <rt/detail/archive.hpp>
#include <rt/detail/copyable.hpp>
#include <rt/detail/engine.hpp>
#include <rt/detail/parameter.hpp>
#include <rt/detail/payload.hpp>
#include <rt/detail/stored_view.hpp>
#include <rt/object_ref.hpp>
#include <rt/serialization.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace rt::detail {

/// `std::is_convertible` between types that are passed by value, for a fifth of what that costs compilers.
template <class From, class To>
concept passes_as = requires(void (&take)(To), From&& from) {
  take(static_cast<From&&>(from));
};

/// Would a call convert `From` to `To`? As the language does, but floating to integral and pointer to
/// `bool` lose too much to happen unasked across machines.
template <class From, class To>
constexpr bool find_converts() {
  using from = std::decay_t<From>;
  if constexpr (std::is_floating_point_v<from> && std::is_integral_v<To>) {
    return false;
  } else if constexpr (std::is_same_v<To, bool> &&
                       (std::is_pointer_v<from> || std::is_member_pointer_v<from> ||
                        std::is_null_pointer_v<from>)) {
    return false;
  } else {
    return passes_as<From, To>;
  }
}
template <class From, class To>
inline constexpr bool converts = find_converts<From, To>();

/// A copy made by writing it down and reading it again.
template <class T>
T through_bytes(const T& original) {
  payload written;
  output_archive out(written.bytes, &written.references);
  write_value(out, original);
  input_archive in(written.bytes, &written.references);
  return read_value<T>(in);
}

/// A copy that shares nothing with the original.
template <class T>
T clone(const T& original) {
  if constexpr (shares_state<T>::value) {
    return through_bytes(original);
  } else {
    return original;
  }
}

/// An argument kept as a value. Shape: how each kind of stored argument answers:
/// `unpack<P>(last)` what the function gets, `awaited(i)` the i-th cell it waits for (see
/// `argument_type`), `write<P>(out)` its bytes, as a value of `parameter<P>::stored`; `written_for<P>`
/// is void where they do not depend on `P`.
template <class S>
struct stored_value {
  using value_type = S;
  template <class>
  using written_for = void;

  S value;

  static constexpr bool awaits = false;

  template <class P>
  decltype(auto) unpack(bool last) {
    if constexpr (parameter<P>::kind == parameter_kind::view) {
      return view_of<typename parameter<P>::bare>(value);
    } else if constexpr (parameter<P>::kind == parameter_kind::const_ref) {
      return static_cast<const S&>(value);
    } else if constexpr (copyable<S>) {
      return last ? S(std::move(value)) : S(clone(value));
    } else {
      return static_cast<S&&>(value);
    }
  }
  template <class>
  void write(output_archive& out) {
    write_value(out, value);
  }
};

/// An argument that is waited for and seen where it lies.
template <class U>
struct stored_ref {
  template <class P>
  using written_for = P;

  cell_ptr cell_;

  static constexpr bool awaits = true;

  cell* awaited(std::uint32_t& index) const noexcept {
    return index-- == 0 ? cell_.get() : nullptr;
  }

  template <class P>
  decltype(auto) unpack(bool last) {
    using bare = typename parameter<P>::bare;
    U& held = value_of<U>(*cell_);
    const U& seen = held;
    if constexpr (parameter<P>::kind == parameter_kind::view) {
      return view_of<bare>(seen);
    } else if constexpr (parameter<P>::kind == parameter_kind::const_ref &&
                         std::is_convertible_v<const U*, const bare*>) {
      return static_cast<const bare&>(seen);
    } else if constexpr (std::is_same_v<U, bare>) {
      // Nobody else can look at it, and it is not needed again: it need not be copied.
      return last && sole_handle(*cell_) ? bare(std::move(held)) : bare(clone(seen));
    } else {
      return implicitly<bare>(seen);
    }
  }
  template <class P>
  void write(output_archive& out) {
    using stored = typename parameter<P>::stored;
    const U& seen = value_of<U>(*cell_);
    if constexpr (parameter<P>::kind == parameter_kind::view) {
      write_view<typename parameter<P>::bare, stored>(out, seen);
    } else if constexpr (std::is_same_v<U, stored>) {
      write_value(out, seen);
    } else {
      write_value(out, implicitly<stored>(seen));
    }
  }

  template <class To, class From>
  static To implicitly(const From& from) {
    return from;
  }
  /// Writes what a view of `holder` shows, as `value_item` reads it.
  template <class View, class Stored, class Holder>
  static void write_view(output_archive& out, const Holder& holder) {
    if constexpr (!shows_arrays<Stored>) {
      write_value(out, make_stored<Stored>(view_of<View>(holder)));
    } else if constexpr (is_array_of<Holder, typename Stored::value_type>) {
      stored_view<Stored>::of_array(holder).template write<View>(out);
    } else {
      stored_view<Stored>{make_stored<Stored>(view_of<View>(holder))}.template write<View>(out);
    }
  }
  template <class Stored, class View>
  static Stored make_stored(const View& view) {
    if constexpr (std::is_same_v<Stored, bool_array>) {
      return Stored(std::span<const bool>(view));
    } else {
      return Stored(view.begin(), view.end());
    }
  }
};

/// Many arguments in one: a vector of references for a parameter that takes a vector of values.
template <class U>
struct stored_refs {
  std::vector<object_ref<U>> refs;
  std::vector<U> gathered = {};

  template <class P>
  using written_for = std::conditional_t<parameter<P>::kind == parameter_kind::view, P, void>;

  static constexpr bool awaits = true;

  cell* awaited(std::uint32_t& index) const noexcept {
    if (index < refs.size()) return access::cell_of(refs[index]).get();
    index -= static_cast<std::uint32_t>(refs.size());
    return nullptr;
  }

  std::vector<U> gather(bool last) {
    std::vector<U> values;
    values.reserve(refs.size());
    for (object_ref<U>& ref : refs) {
      cell& from = *access::cell_of(ref);
      if (last && sole_handle(from)) {
        values.push_back(std::move(value_of<U>(from)));
      } else {
        values.push_back(clone<U>(value_of<U>(from)));
      }
    }
    return values;
  }

  template <class P>
  decltype(auto) unpack(bool last) {
    if constexpr (parameter<P>::kind == parameter_kind::view) {
      gathered = gather(last);
      return view_of<typename parameter<P>::bare>(gathered);
    } else {
      return gather(last);
    }
  }
  template <class WrittenFor>
  void write(output_archive& out) {
    if constexpr (std::is_void_v<WrittenFor>) {
      write_value(out, gather(false));
    } else {
      using view = typename parameter<WrittenFor>::bare;
      stored_ref<U>::template write_view<view, std::vector<U>>(out, gather(false));
    }
  }
};

template <class T>
inline constexpr bool is_ref_vector = false;
template <class U, class A>
inline constexpr bool is_ref_vector<std::vector<object_ref<U>, A>> = true;

template <class T>
struct ref_vector_element {};
template <class U, class A>
struct ref_vector_element<std::vector<object_ref<U>, A>> {
  using type = U;
};

/// How an argument of a parameter declared `P` is kept when it is no reference: so the far side has it.
template <class P>
constexpr auto find_value_item() {
  using stored = typename parameter<P>::stored;
  if constexpr (parameter<P>::kind == parameter_kind::view && shows_arrays<stored>) {
    return std::type_identity<stored_view<stored>>{};
  } else {
    return std::type_identity<stored_value<stored>>{};
  }
}
template <class P>
using value_item = typename decltype(find_value_item<P>())::type;

/// Why an argument is refused.
enum class misfit { none, type, narrowing, move_only };

/// How an argument of type `A` (as forwarded) is kept for a parameter declared `P`.
template <class P, class A>
struct argument_plan {
  using given = std::remove_cvref_t<A>;
  using bare = typename parameter<P>::bare;
  using stored_type = typename parameter<P>::stored;

  static constexpr bool passed_as_reference =
      is_object_ref<given> && is_object_ref<bare> && std::is_convertible_v<A, bare>;
  static constexpr bool waits_for_one = is_object_ref<given> && !passed_as_reference;
  static constexpr bool waits_for_many =
      is_ref_vector<given> && !is_ref_vector<bare> && !std::is_convertible_v<A, bare>;

  static constexpr misfit find_problem() {
    if constexpr (waits_for_one) {
      using value = referred_t<given>;
      if constexpr (std::is_void_v<value>) {
        return misfit::type;
      } else if constexpr (parameter<P>::kind == parameter_kind::view) {
        return viewable<bare, const value&> ? misfit::none : misfit::type;
      } else if constexpr (parameter<P>::consumes && !copyable<bare>) {
        return misfit::move_only;
      } else if constexpr (parameter<P>::kind == parameter_kind::const_ref &&
                           std::is_convertible_v<const value*, const bare*>) {
        return misfit::none;
      } else if constexpr (converts<const value&, bare>) {
        return misfit::none;
      } else {
        return std::is_convertible_v<const value&, bare> ? misfit::narrowing : misfit::type;
      }
    } else if constexpr (waits_for_many) {
      using value = typename ref_vector_element<given>::type;
      if constexpr (std::is_void_v<value>) {
        return misfit::type;
      } else if constexpr (!std::is_same_v<stored_type, std::vector<value>>) {
        return misfit::type;
      } else {
        return copyable<value> ? misfit::none : misfit::move_only;
      }
    } else if constexpr (parameter<P>::kind == parameter_kind::view) {
      return viewable<bare, A> || std::is_same_v<given, stored_type> ? misfit::none : misfit::type;
    } else if constexpr (std::is_same_v<given, bare> && std::is_lvalue_reference_v<A> &&
                         !copyable<bare>) {
      return misfit::type;
    } else if constexpr (converts<A, bare>) {
      return misfit::none;
    } else {
      return std::is_convertible_v<A, bare> ? misfit::narrowing : misfit::type;
    }
  }
  static constexpr misfit problem = find_problem();

  static constexpr auto find_stored() {
    if constexpr (waits_for_one) {
      return std::type_identity<stored_ref<referred_t<given>>>{};
    } else if constexpr (waits_for_many) {
      return std::type_identity<stored_refs<typename ref_vector_element<given>::type>>{};
    } else {
      return std::type_identity<value_item<P>>{};
    }
  }
  using type = typename decltype(find_stored())::type;

  static type store(A&& argument) {
    if constexpr (waits_for_one) {
      check_reference(argument);
      cell_ptr cell = access::cell_of(argument);
      if constexpr (!std::is_lvalue_reference_v<A>) given(std::forward<A>(argument));
      return type{std::move(cell)};
    } else if constexpr (waits_for_many) {
      for (const auto& ref : argument) check_reference(ref);
      return type{std::forward<A>(argument)};
    } else if constexpr (parameter<P>::kind != parameter_kind::view) {
      return type{convert<stored_type>(std::forward<A>(argument))};
    } else if constexpr (std::is_same_v<given, stored_type>) {
      return type{stored_type(std::forward<A>(argument))};
    } else if constexpr (is_array_of<given, typename view_traits<bare>::element>) {
      return type::of_array(argument);
    } else {
      const auto view = view_of<bare>(argument);
      return type{stored_ref<int>::make_stored<stored_type>(view)};
    }
  }

  template <class To, class From>
  static To convert(From&& from) {
    if constexpr (std::is_same_v<To, std::remove_cvref_t<From>>) {
      if constexpr (std::is_lvalue_reference_v<From>) {
        return clone<To>(from);
      } else {
        return std::forward<From>(from);
      }
    } else if constexpr (std::is_arithmetic_v<To> &&
                         std::is_arithmetic_v<std::remove_cvref_t<From>>) {
      return static_cast<To>(from);
    } else {
      return std::forward<From>(from);
    }
  }

  template <class U>
  static void check_reference(const object_ref<U>& ref) {
    const cell_ptr& cell = access::cell_of(ref);
    if (!cell) throw_empty_reference();
    check_runtime(*cell);
  }
};

}  // namespace rt::detail
