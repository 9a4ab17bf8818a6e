#include "rt/core/count.hpp"

namespace rt::detail {

std::string whole_text(std::int64_t value) {
  switch (value) {
    case whole_not_a_number: return "not a number";
    case whole_too_small: return "too small a number";
    case whole_fraction: return "not a whole number";
    case whole_too_large: return "too large a number";
    default: return std::to_string(value);
  }
}

}  // namespace rt::detail
