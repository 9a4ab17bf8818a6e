#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "sim/schedule.hpp"

namespace runs {

/// Takes from a schedule that fails what it can: faults, fault sites, and of its sizes, as long as it fails
/// still, until nothing more can be taken.
/// `fails` runs one; `least` says how small each size may become.
/// Shape: what is returned fails, and with one fault or one site less it would not.
workloads::schedule shrink(workloads::schedule failing,
                           const std::map<std::string, std::int64_t>& least,
                           const std::function<bool(const workloads::schedule&)>& fails);

}  // namespace runs
