// Types of one's own travel by cereal's functions, or as bytes where they are plain.
//
//     060_user_types

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <fmt/core.h>
#include <rt/rt.hpp>

// Trivially copyable and an aggregate: nothing to write.
struct point {
  double x = 0;
  double y = 0;
};

struct shape {
  std::string name;
  std::vector<point> corners;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(name, corners);
  }
};

// References may be members too: a tree whose parts are made, moved and freed one by one.
struct drawing {
  shape own;
  std::vector<rt::object_ref<drawing>> parts;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(own, parts);
  }
};

double area(const shape& s) {
  double twice = 0;
  for (std::size_t i = 0; i < s.corners.size(); ++i) {
    const point& a = s.corners[i];
    const point& b = s.corners[(i + 1) % s.corners.size()];
    twice += a.x * b.y - b.x * a.y;
  }
  return twice / 2;
}

// A const reference sees the object itself, uncopied.
double total_area(const drawing& d) {
  std::vector<rt::object_ref<double>> parts;
  for (const auto& part : d.parts) parts.push_back(rt::remote<total_area>(part));
  double sum = area(d.own);
  for (const double part : rt::get(parts)) sum += part;
  return sum;
}

shape square(std::string name, double side) {
  return {std::move(name), {{0, 0}, {side, 0}, {side, side}, {0, side}}};
}

int main(int argc, char** argv) {
  return rt::run(argc, argv, [] {
    const auto window = rt::put(drawing{square("window", 1), {}});
    const auto wall = rt::put(drawing{square("wall", 3), {window, window}});
    const auto house = rt::put(drawing{square("house", 4), {wall, wall}});
    const double total = rt::get(rt::remote<total_area>(house));
    fmt::print("{} covers {}\n", rt::pin(house)->own.name, total);  // house covers 38
    return total == 38 ? 0 : 1;
  });
}
