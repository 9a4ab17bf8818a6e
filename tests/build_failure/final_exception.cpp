// expect: rt: RT_EXCEPTION(T): T must not be final
#include <rt/rt.hpp>

struct open_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};
RT_EXCEPTION(open_error)

#ifdef OFFENDING
struct closed_error final : std::runtime_error {
  using std::runtime_error::runtime_error;
};
RT_EXCEPTION(closed_error)
#endif
