// expect: rt::remote: argument 1 does not fit: it does not convert
#include <rt/rt.hpp>

int sum(const std::vector<int>& numbers) { return static_cast<int>(numbers.size()); }

void call(const std::vector<rt::object_ref<int>>& numbers,
          const std::vector<rt::object_ref<std::string>>& texts) {
  rt::remote<sum>(numbers);
#ifdef OFFENDING
  rt::remote<sum>(texts);
#endif
  static_cast<void>(texts);
}
