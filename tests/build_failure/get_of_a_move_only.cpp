// expect: rt::get: this type cannot be copied
#include <rt/rt.hpp>

void call(rt::object_ref<std::unique_ptr<int>> ref) {
#ifdef OFFENDING
  rt::get(ref);
#endif
  rt::get(std::move(ref));
}
