// expect: rt::remote: argument 1 does not fit: it does not convert
#include <rt/rt.hpp>

std::size_t length(const std::string& text) { return text.size(); }

void call(const rt::object_ref<std::string>& text,
          const rt::object_ref<std::vector<int>>& numbers) {
  rt::remote<length>(text);
#ifdef OFFENDING
  rt::remote<length>(numbers);
#endif
  static_cast<void>(numbers);
}
