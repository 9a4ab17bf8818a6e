// Reads bytes as a failure. One that is read can be thrown, told, sent on and passed by a task.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include <rt/core/error.hpp>
#include <rt/task_error.hpp>

#include "unit/detail/failure_types.hpp"

using rt::detail::byte_buffer;
using rt::detail::input_archive;
using rt::detail::output_archive;

namespace {

void require(bool held) {
  if (!held) std::abort();
}

byte_buffer written(const std::exception_ptr& failure) {
  byte_buffer bytes;
  output_archive out(bytes);
  rt::detail::write_failure(out, failure);
  return bytes;
}

void use(const std::exception_ptr& failure) {
  require(failure != nullptr);
  const auto passed = failure_test::failure_of("outer", [&] { std::rethrow_exception(failure); });
  const auto* told = rt::detail::find_exception<rt::task_error>(passed);
  require(told != nullptr);
  require(std::string(told->what()).find("in task outer") != std::string::npos);
  (void)told->stack();
  if (const auto* before = rt::detail::find_exception<rt::task_error>(failure))
    require(before->task() == told->task());

  const byte_buffer first = written(passed);
  input_archive in(first);
  const auto read = rt::detail::read_failure(in);
  in.expect_end();
  const auto* again = rt::detail::find_exception<rt::task_error>(read);
  require(again != nullptr);
  require(std::string(again->what()) == told->what());
  require(*read.__cxa_exception_type() == *passed.__cxa_exception_type());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  input_archive in(reinterpret_cast<const std::byte*>(data), size);
  try {
    use(rt::detail::read_failure(in));
  } catch (const rt::serialization_error&) {
  }
  return 0;
}
