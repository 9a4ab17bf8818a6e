// expect: rt: RT_EXCEPTION(T): T must be constructible from a std::string
#include <rt/rt.hpp>

struct numbered_error : std::exception {
  int number = 0;
  numbered_error() = default;
  explicit numbered_error(int n) : number(n) {}
  template <class Archive>
  void serialize(Archive& archive) {
    archive(number);
  }
};
RT_EXCEPTION(numbered_error)

#ifdef OFFENDING
struct lost_error : std::exception {
  explicit lost_error(int n) : number(n) {}
  int number;
};
RT_EXCEPTION(lost_error)
#endif
