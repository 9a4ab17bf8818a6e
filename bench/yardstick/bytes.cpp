#include <cereal/archives/binary.hpp>
#include <cereal/types/string.hpp>
#include <cstring>
#include <sstream>
#include <stdexcept>

#include "bytes/sample.hpp"
#include "yardstick/bare_archive.hpp"
#include "yardstick/yardstick.hpp"

namespace bench::yardstick {
namespace {

constexpr std::size_t count = 2000;

template <class T>
char* put(char* to, const T& value) {
  std::memcpy(to, &value, sizeof value);
  return to + sizeof value;
}

template <class T>
const char* take(const char* from, T& value) {
  std::memcpy(&value, from, sizeof value);
  return from + sizeof value;
}

char* write_by_hand(char* to, const sample& v) {
  to = put(to, v.id);
  to = put(to, v.kind);
  to = put(to, v.x);
  to = put(to, v.y);
  to = put(to, v.z);
  to = put(to, v.name.size());
  std::memcpy(to, v.name.data(), v.name.size());
  return to + v.name.size();
}

void read_by_hand(const char* from, sample& v) {
  std::size_t size = 0;
  from = take(from, v.id);
  from = take(from, v.kind);
  from = take(from, v.x);
  from = take(from, v.y);
  from = take(from, v.z);
  from = take(from, size);
  v.name.assign(from, size);
}

void check(const sample& v) {
  if (!(v == some_sample())) throw std::logic_error("the sample came back changed");
}

}  // namespace

double by_hand_out(const session& s) {
  const sample value = some_sample();
  char buffer[256];
  return seconds_each(s, count, [&] {
    for (std::size_t i = 0; i < count; ++i) {
      keep(write_by_hand(buffer, value));
      keep(&buffer[0]);
    }
  });
}

double by_hand_in(const session& s) {
  char buffer[256];
  write_by_hand(buffer, some_sample());
  sample value;
  const double each = seconds_each(s, count, [&] {
    for (std::size_t i = 0; i < count; ++i) {
      value = sample{};
      read_by_hand(buffer, value);
      keep(&value);
    }
  });
  check(value);
  return each;
}

double bare_archive_out(const session& s) {
  const sample value = some_sample();
  std::string buffer;
  return seconds_each(s, count, [&] {
    for (std::size_t i = 0; i < count; ++i) {
      buffer.clear();
      bare_output archive(buffer);
      archive(value);
      keep(buffer.data());
    }
  });
}

double bare_archive_in(const session& s) {
  std::string buffer;
  {
    bare_output archive(buffer);
    archive(some_sample());
  }
  sample value;
  const double each = seconds_each(s, count, [&] {
    for (std::size_t i = 0; i < count; ++i) {
      value = sample{};
      bare_input archive(buffer.data());
      archive(value);
      keep(&value);
    }
  });
  check(value);
  return each;
}

double cereal_stream_out(const session& s) {
  const sample value = some_sample();
  return seconds_each(s, count, [&] {
    for (std::size_t i = 0; i < count; ++i) {
      std::ostringstream out;
      cereal::BinaryOutputArchive archive(out);
      archive(value);
      keep(&out);
    }
  });
}

double cereal_stream_in(const session& s) {
  std::ostringstream out;
  {
    cereal::BinaryOutputArchive archive(out);
    archive(some_sample());
  }
  const std::string bytes = out.str();
  sample value;
  const double each = seconds_each(s, count, [&] {
    for (std::size_t i = 0; i < count; ++i) {
      value = sample{};
      std::istringstream in(bytes);
      cereal::BinaryInputArchive archive(in);
      archive(value);
      keep(&value);
    }
  });
  check(value);
  return each;
}

}  // namespace bench::yardstick
