// expect: rt::pin: there is nothing to read behind an object_ref<void>
#include <rt/rt.hpp>

void look(const rt::object_ref<int>& number, const rt::object_ref<void>& completion) {
  rt::pin(number);
  rt::get(completion);
#ifdef OFFENDING
  rt::pin(completion);
#endif
}
