#include "worker/remote/read_thrown.hpp"

#include <rt/detail/archive.hpp>
#include <rt/detail/failure.hpp>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

std::exception_ptr read_thrown(const detail::payload& written) {
  try {
    detail::input_archive in(written.bytes, &written.references);
    return detail::read_failure(in);
  } catch (...) {
    return std::current_exception();
  }
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
