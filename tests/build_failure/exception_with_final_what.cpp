// expect: what
#include <rt/rt.hpp>

struct open_error : std::runtime_error {
  using std::runtime_error::runtime_error;
  const char* what() const noexcept override { return "open"; }
};
RT_EXCEPTION(open_error)

#ifdef OFFENDING
struct closed_error : std::runtime_error {
  using std::runtime_error::runtime_error;
  const char* what() const noexcept final { return "closed"; }
};
RT_EXCEPTION(closed_error)
#endif
