#include "conformance/rules.hpp"

namespace conformance {

std::vector<rule> rules_for(bool lossy) {
  const profile own = lossy ? profile::lossy : profile::reliable;
  std::vector<rule> binding;
  for (const auto& group : {opening_rules(), frame_rules(), payload_rules(), back_pressure_rules(),
                            closing_rules(), failure_rules(), misuse_rules()}) {
    for (const rule& each : group) {
      if (each.binds == profile::all || each.binds == own) binding.push_back(each);
    }
  }
  return binding;
}

}  // namespace conformance
