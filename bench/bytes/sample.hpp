#pragma once

#include <cstdint>
#include <string>

namespace bench {

/// A small struct as users have them: numbers and a short name.
struct sample {
  std::uint64_t id = 0;
  std::int32_t kind = 0;
  double x = 0;
  double y = 0;
  double z = 0;
  std::string name;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(id, kind, x, y, z, name);
  }

  bool operator==(const sample&) const = default;
};

inline sample some_sample() { return {7, 3, 1.25, -2.5, 1e9, "sensor-17"}; }

}  // namespace bench
