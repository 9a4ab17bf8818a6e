#pragma once

// Exception classes as a program declares them, in a header that several sources include.

#include <stdexcept>
#include <string>

#include <rt/detail/archive.hpp>
#include <rt/detail/failure.hpp>
#include <rt/exception.hpp>

namespace failure_test {

struct from_text : std::runtime_error {
  using runtime_error::runtime_error;
};
RT_EXCEPTION(from_text)

/// Made from nothing and filled by cereal.
class with_state : public std::exception {
 public:
  with_state() = default;
  with_state(int line, std::string file) : line_(line), file_(std::move(file)) {}
  const char* what() const noexcept override { return "syntax error"; }
  int line() const { return line_; }
  const std::string& file() const { return file_; }
  template <class Archive>
  void serialize(Archive& ar) {
    ar(line_, file_);
  }

 private:
  int line_ = 0;
  std::string file_;
};
RT_EXCEPTION(with_state);

/// Both: from its text, then filled.
class with_both : public std::runtime_error {
 public:
  explicit with_both(const std::string& text) : runtime_error(text) {}
  with_both(const std::string& text, int number) : runtime_error(text), number(number) {}
  int number = 0;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(number);
  }
};
RT_EXCEPTION(with_both);

/// No std::exception at all.
struct bare {
  int number = 0;
};
RT_EXCEPTION(bare);

struct nothing_at_all {};
RT_EXCEPTION(nothing_at_all)

template <class A, class B>
struct generic : std::logic_error {
  using logic_error::logic_error;
};
RT_EXCEPTION(generic<int, double>);

inline rt::detail::task_description describe(void* name) {
  const auto* text = static_cast<const char*>(name);
  return {text, std::string("id-") + text, "node-1", "4711"};
}

/// Runs `body` as the task `name` and returns its failure.
template <class Body>
std::exception_ptr failure_of(const char* name, Body body) {
  return rt::detail::run_guarded([](void* at) { (*static_cast<Body*>(at))(); }, &body, describe,
                                 const_cast<char*>(name));
}

/// Returns what another process makes of `failure`.
inline std::exception_ptr sent(const std::exception_ptr& failure) {
  rt::detail::byte_buffer bytes;
  rt::detail::output_archive out(bytes);
  rt::detail::write_failure(out, failure);
  rt::detail::input_archive in(bytes);
  std::exception_ptr read = rt::detail::read_failure(in);
  in.expect_end();
  return read;
}

/// Throws the same class, declared in the same header, from the other source.
std::exception_ptr failure_of_other_source();

}  // namespace failure_test
