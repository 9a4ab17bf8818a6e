#include "rt/core/ids.hpp"

namespace rt {

std::string id_text(std::uint64_t incarnation, std::uint64_t counter) {
  if (incarnation == 0 && counter == 0) return "none";
  constexpr char digits[] = "0123456789abcdef";
  std::string text(16, '0');
  for (std::size_t i = text.size(); i > 0 && incarnation != 0; incarnation >>= 4) {
    text[--i] = digits[incarnation & 15];
  }
  return text + '-' + std::to_string(counter);
}

}  // namespace rt
