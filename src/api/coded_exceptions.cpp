// The exception classes of the standard library that carry a std::error_code. Naming two of them
// takes the headers of files and of threads; neither is used here.
// Grammar of their state: code = category string, value i32 | system_error, ios_base::failure: code
// | filesystem_error: code, two paths (strings) | future_error: value i32.

#include <filesystem>
#include <future>
#include <ios>
#include <string>
#include <system_error>
#include <type_traits>

#include "api/declared_exceptions.hpp"

namespace rt::detail {
namespace {

/// A category that another process knows and this one does not.
class foreign_category final : public std::error_category {
 public:
  const char* name() const noexcept override { return "foreign"; }
  std::string message(int value) const override {
    return "error " + std::to_string(value) + " of a category unknown here";
  }
};

const std::error_category& find_category(const std::string& name) {
  static const foreign_category foreign;
  for (const std::error_category* each : {&std::generic_category(), &std::system_category(),
                                          &std::iostream_category(), &std::future_category()})
    if (name == each->name()) return *each;
  return foreign;
}

void write_code(output_archive& out, const std::error_code& code) {
  out(std::string(code.category().name()), static_cast<std::int32_t>(code.value()));
}

std::error_code read_code(input_archive& in) {
  const auto category = read_value<std::string>(in);
  const auto value = read_value<std::int32_t>(in);
  return {value, find_category(category)};
}

/// The constructors of `system_error` append the code's message, which the text has already.
std::string without_message(const std::string& text, const std::error_code& code) {
  const std::string tail = ": " + code.message();
  return text.ends_with(tail) ? text.substr(0, text.size() - tail.size()) : text;
}

template <class T>
constexpr declared_exception with_code() {
  declared_exception declared = describe_exception<T>("");
  declared.write = [](output_archive& out, const void* object) {
    write_code(out, static_cast<const T*>(object)->code());
  };
  declared.read = [](input_archive& in, const std::string& text, failure_ptr failure) {
    const std::error_code code = read_code(in);
    if constexpr (std::is_same_v<T, std::system_error>)
      return make_thrown(T(code, without_message(text, code)), std::move(failure));
    else return make_thrown(T(without_message(text, code), code), std::move(failure));
  };
  return declared;
}

constexpr declared_exception filesystem_error() {
  using type = std::filesystem::filesystem_error;
  declared_exception declared = describe_exception<type>("");
  declared.write = [](output_archive& out, const void* object) {
    const auto& original = *static_cast<const type*>(object);
    write_code(out, original.code());
    out(original.path1().string(), original.path2().string());
  };
  declared.read = [](input_archive& in, const std::string& text, failure_ptr failure) {
    const std::error_code code = read_code(in);
    const auto first = read_value<std::string>(in);
    const auto second = read_value<std::string>(in);
    return make_thrown(type(text, first, second, code), std::move(failure));
  };
  return declared;
}

constexpr declared_exception future_error() {
  declared_exception declared = describe_exception<std::future_error>("");
  declared.write = [](output_archive& out, const void* object) {
    out(static_cast<std::int32_t>(static_cast<const std::future_error*>(object)->code().value()));
  };
  declared.read = [](input_archive& in, const std::string&, failure_ptr failure) {
    const auto code = static_cast<std::future_errc>(read_value<std::int32_t>(in));
    return make_thrown(std::future_error(code), std::move(failure));
  };
  return declared;
}

}  // namespace

declared_table coded_exceptions() noexcept {
  static const declared_exception table[] = {
      with_code<std::system_error>(),
      with_code<std::ios_base::failure>(),
      filesystem_error(),
      future_error(),
  };
  return {table, std::size(table)};
}

}  // namespace rt::detail
