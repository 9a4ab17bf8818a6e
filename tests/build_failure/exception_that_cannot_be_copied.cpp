// expect: rt: RT_EXCEPTION(T): T must be copyable
#include <rt/rt.hpp>

struct copied_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};
RT_EXCEPTION(copied_error)

#ifdef OFFENDING
struct single_error : std::runtime_error {
  using std::runtime_error::runtime_error;
  single_error(const single_error&) = delete;
};
RT_EXCEPTION(single_error)
#endif
