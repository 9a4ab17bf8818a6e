// expect: rt: std::shared_ptr and std::weak_ptr cannot travel
#include <cereal/types/memory.hpp>
#include <memory>

#include <rt/rt.hpp>

struct holder {
#ifdef OFFENDING
  std::shared_ptr<int> number;
#else
  std::unique_ptr<int> number;
#endif
  template <class Archive>
  void serialize(Archive& archive) {
    archive(number);
  }
};

bool is_there(const holder& held) { return held.number != nullptr; }

void use() { rt::remote<is_there>(holder()); }
