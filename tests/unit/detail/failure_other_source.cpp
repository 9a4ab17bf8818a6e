#include "unit/detail/failure_types.hpp"

namespace failure_test {
namespace {

struct hidden : std::runtime_error {
  using runtime_error::runtime_error;
};
RT_EXCEPTION(hidden)

}  // namespace

std::exception_ptr failure_of_other_source() {
  return failure_of("other", [] { throw hidden("hidden in the other source"); });
}

}  // namespace failure_test
