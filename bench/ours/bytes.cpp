#include <rt/detail/archive.hpp>

#include <cereal/types/string.hpp>
#include <cstddef>
#include <stdexcept>
#include <vector>

#include "bytes/sample.hpp"
#include "ours/ours.hpp"

namespace bench::ours {
namespace {

constexpr std::size_t count = 2000;
constexpr std::size_t elements = 1'000'000;
constexpr std::size_t vector_bytes = elements * sizeof(double);

}  // namespace

double sample_out(const session& s) {
  const sample value = some_sample();
  rt::detail::byte_buffer buffer;
  return seconds_each(s, count, [&] {
    for (std::size_t i = 0; i < count; ++i) {
      buffer.clear();
      rt::detail::output_archive archive(buffer);
      archive.write(value);
      keep(buffer.data());
    }
  });
}

double sample_in(const session& s) {
  rt::detail::byte_buffer buffer;
  rt::detail::output_archive(buffer).write(some_sample());
  sample value;
  const double each = seconds_each(s, count, [&] {
    for (std::size_t i = 0; i < count; ++i) {
      value = sample{};
      rt::detail::input_archive archive(buffer);
      archive.read(value);
      keep(&value);
    }
  });
  if (!(value == some_sample())) throw std::logic_error("the sample came back changed");
  return each;
}

double vector_out(const session& s) {
  const std::vector<double> source(elements, 1.5);
  rt::detail::byte_buffer buffer;
  return rate(s, vector_bytes, [&] {
    buffer.clear();
    rt::detail::output_archive(buffer).write(source);
    keep(buffer.data());
  });
}

double vector_in(const session& s) {
  rt::detail::byte_buffer buffer;
  rt::detail::output_archive(buffer).write(std::vector<double>(elements, 1.5));
  std::vector<double> target(elements);
  return rate(s, vector_bytes, [&] {
    rt::detail::input_archive(buffer).read(target);
    keep(target.data());
  });
}

}  // namespace bench::ours
