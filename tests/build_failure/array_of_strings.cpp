// expect: rt::array<T>: T must be trivially copyable
#include <rt/rt.hpp>

std::size_t call(const rt::array<double>& numbers) {
#ifdef OFFENDING
  rt::array<std::string> texts;
  return texts.size();
#endif
  return numbers.size();
}
