#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "conformance/endpoints.hpp"

namespace conformance {

/// Whom a rule binds.
enum class profile : std::uint8_t { all, reliable, lossy };

/// One sentence of the contract of `rt::transport`, and how it is seen to hold.
struct rule {
  std::string_view sentence;
  profile binds;
  void (*check)(endpoints& around);
};

// By what they are about, one source each.
std::vector<rule> opening_rules();
std::vector<rule> frame_rules();
std::vector<rule> payload_rules();
std::vector<rule> back_pressure_rules();
std::vector<rule> closing_rules();
std::vector<rule> failure_rules();
std::vector<rule> misuse_rules();

/// Returns those that bind a transport that is lossy, or that is not.
std::vector<rule> rules_for(bool lossy);

}  // namespace conformance
