// Arrays are written where they will be read, and never copied on their way through one machine.
//
//     050_arrays

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include <fmt/core.h>
#include <rt/rt.hpp>

// Samples of a sine wave, in place.
rt::array<float> wave(std::size_t samples, float frequency) {
  rt::mutable_array<float> made(samples);
  for (std::size_t i = 0; i < samples; ++i) {
    made[i] = std::sin(frequency * static_cast<float>(i) / static_cast<float>(samples));
  }
  return std::move(made).freeze();
}

// A view sees an array, a vector or a plain range alike, where it lies.
float loudest(std::span<const float> samples) {
  float peak = 0;
  for (const float s : samples) peak = std::max(peak, std::abs(s));
  return peak;
}

rt::array<float> mix(std::span<const float> a, std::span<const float> b) {
  rt::mutable_array<float> made(std::min(a.size(), b.size()));
  for (std::size_t i = 0; i < made.size(); ++i) made[i] = (a[i] + b[i]) / 2;
  return std::move(made).freeze();
}

int main(int argc, char** argv) {
  return rt::run(argc, argv, [] {
    constexpr std::size_t samples = 1 << 20;
    const auto low = rt::remote<wave>(samples, 100.0F);
    const auto high = rt::remote<wave>(samples, 3000.0F);
    const auto both = rt::remote<mix>(low, high);
    for (const auto& sound : {low, high, both}) {
      fmt::print("{:.3f}\n", rt::get(rt::remote<loudest>(sound)));
    }
    // Also from memory of one's own; then it is copied once, since it may change.
    const std::vector<float> own{0.5F, -2.0F};
    const float peak = rt::get(rt::remote<loudest>(own));
    const rt::pinned<rt::array<float>> seen = rt::pin(both);
    fmt::print("{:.3f}, {} samples\n", peak, seen->size());
    return peak == 2 && seen->size() == samples ? 0 : 1;
  });
}
