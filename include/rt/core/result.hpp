#pragma once

#include <exception>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "rt/core/errc.hpp"
#include "rt/core/outcome.hpp"

namespace rt {

/// Holds a failure as a value: what an exception would have said, and the exception if there is one.
/// Shape: `exception` is null where the failure was never thrown.
struct error_info {
  errc code = errc::user_exception;
  rt::outcome outcome = rt::outcome::unknown;
  std::string message = {};
  std::exception_ptr exception = {};

  /// Describes an exception: one of ours by its own code and outcome, any other as
  /// `user_exception` that completed.   Shape: `exception` is not null.
  static error_info from(std::exception_ptr exception);

  /// Throws the original exception, or the one that belongs to `code` where there is none.
  [[noreturn]] void rethrow() const;
};

/// Holds a value or the failure to make one: the return type of what may fail as a matter of course.
/// Shape: member names are those of `std::expected`. `T` need be neither copyable nor default
/// constructible.   Errors: `value()` throws the original exception; `*`, `->` and `error()` on the
/// wrong state are a programmer's error.
template <class T>
class [[nodiscard]] result {
  static_assert(!std::is_reference_v<T>, "rt::result holds a value, not a reference");
  static_assert(!std::is_same_v<std::remove_cv_t<T>, error_info>,
                "rt::result<rt::error_info> could not tell its value from its error");

 public:
  using value_type = T;
  using error_type = error_info;

  template <class U = T,
            class = std::enable_if_t<std::is_convertible_v<U&&, T> &&
                                     !std::is_same_v<std::remove_cvref_t<U>, result> &&
                                     !std::is_same_v<std::remove_cvref_t<U>, error_info>>>
  result(U&& value) : state_(std::in_place_index<0>, std::forward<U>(value)) {}

  template <class... Args>
  explicit result(std::in_place_t, Args&&... args)
      : state_(std::in_place_index<0>, std::forward<Args>(args)...) {}

  result(error_info error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  T& value() & {
    if (!has_value()) error().rethrow();
    return **this;
  }
  const T& value() const& {
    if (!has_value()) error().rethrow();
    return **this;
  }
  T&& value() && {
    if (!has_value()) error().rethrow();
    return *std::move(*this);
  }

  T& operator*() & noexcept { return *std::get_if<0>(&state_); }
  const T& operator*() const& noexcept { return *std::get_if<0>(&state_); }
  T&& operator*() && noexcept { return std::move(*std::get_if<0>(&state_)); }
  T* operator->() noexcept { return std::get_if<0>(&state_); }
  const T* operator->() const noexcept { return std::get_if<0>(&state_); }

  error_info& error() & noexcept { return *std::get_if<1>(&state_); }
  const error_info& error() const& noexcept { return *std::get_if<1>(&state_); }
  error_info&& error() && noexcept { return std::move(*std::get_if<1>(&state_)); }

  template <class U>
  T value_or(U&& fallback) const& {
    return has_value() ? **this : static_cast<T>(std::forward<U>(fallback));
  }
  template <class U>
  T value_or(U&& fallback) && {
    return has_value() ? *std::move(*this) : static_cast<T>(std::forward<U>(fallback));
  }

 private:
  std::variant<T, error_info> state_;
};

/// Holds nothing, or the failure to do what was asked.
template <>
class [[nodiscard]] result<void> {
 public:
  using value_type = void;
  using error_type = error_info;

  result() noexcept = default;
  result(error_info error) : error_(std::move(error)) {}

  bool has_value() const noexcept { return !error_; }
  explicit operator bool() const noexcept { return has_value(); }

  void value() const {
    if (error_) error_->rethrow();
  }
  void operator*() const noexcept {}

  error_info& error() & noexcept { return *error_; }
  const error_info& error() const& noexcept { return *error_; }
  error_info&& error() && noexcept { return *std::move(error_); }

 private:
  std::optional<error_info> error_;
};

}  // namespace rt
