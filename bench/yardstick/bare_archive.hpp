#pragma once

#include <cereal/cereal.hpp>
#include <cereal/types/string.hpp>
#include <cstring>
#include <string>

namespace bench::yardstick {

/// Writes numbers and lengths straight behind each other into a buffer that someone reuses.
class bare_output : public cereal::OutputArchive<bare_output, cereal::AllowEmptyClassElision> {
 public:
  explicit bare_output(std::string& to) : OutputArchive(this), to_(to) {}

  void saveBinary(const void* from, std::size_t n) {
    to_.append(static_cast<const char*>(from), n);
  }

 private:
  std::string& to_;
};

/// Reads what `bare_output` wrote, and trusts it.
class bare_input : public cereal::InputArchive<bare_input, cereal::AllowEmptyClassElision> {
 public:
  explicit bare_input(const char* from) : InputArchive(this), from_(from) {}

  void loadBinary(void* to, std::size_t n) {
    std::memcpy(to, from_, n);
    from_ += n;
  }

 private:
  const char* from_;
};

template <class T>
std::enable_if_t<std::is_arithmetic_v<T>> CEREAL_SAVE_FUNCTION_NAME(bare_output& a, const T& t) {
  a.saveBinary(&t, sizeof t);
}
template <class T>
std::enable_if_t<std::is_arithmetic_v<T>> CEREAL_LOAD_FUNCTION_NAME(bare_input& a, T& t) {
  a.loadBinary(&t, sizeof t);
}
template <class T>
void CEREAL_SAVE_FUNCTION_NAME(bare_output& a, const cereal::BinaryData<T>& d) {
  a.saveBinary(d.data, static_cast<std::size_t>(d.size));
}
template <class T>
void CEREAL_LOAD_FUNCTION_NAME(bare_input& a, cereal::BinaryData<T>& d) {
  a.loadBinary(d.data, static_cast<std::size_t>(d.size));
}
template <class T>
void CEREAL_SERIALIZE_FUNCTION_NAME(bare_output& a, cereal::SizeTag<T>& t) {
  a(t.size);
}
template <class T>
void CEREAL_SERIALIZE_FUNCTION_NAME(bare_input& a, cereal::SizeTag<T>& t) {
  a(t.size);
}
template <class T>
void CEREAL_SERIALIZE_FUNCTION_NAME(bare_output& a, cereal::NameValuePair<T>& t) {
  a(t.value);
}
template <class T>
void CEREAL_SERIALIZE_FUNCTION_NAME(bare_input& a, cereal::NameValuePair<T>& t) {
  a(t.value);
}

}  // namespace bench::yardstick

CEREAL_REGISTER_ARCHIVE(bench::yardstick::bare_output)
CEREAL_REGISTER_ARCHIVE(bench::yardstick::bare_input)
CEREAL_SETUP_ARCHIVE_TRAITS(bench::yardstick::bare_input, bench::yardstick::bare_output)
