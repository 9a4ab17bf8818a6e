#pragma once

#include <optional>
#include <string_view>

#include "rt/core/amount.hpp"
#include "rt/core/byte_count.hpp"
#include "rt/core/count.hpp"
#include "rt/core/resource_set.hpp"
#include "rt/core/time_limit.hpp"

namespace rt::app {

// Reads one value as a flag or a variable spells it. All of `text` must be the value; nothing is
// returned where it is not of the form. What has the form and no meaning, such as -1 CPUs, is left to
// the option's check. No locale plays a part.

/// Reads a decimal number: "4", "0.5", "1e3".
std::optional<amount> read_amount(std::string_view text);

/// Reads a whole decimal number.
std::optional<count> read_count(std::string_view text);

/// Reads a size: a number with B, KB, MB, GB, TB (powers of 1000) or KiB, MiB, GiB, TiB (powers of
/// 1024) right behind it, in any case; without a unit it is bytes. "1.5GiB" is rounded to a byte.
std::optional<byte_count> read_bytes(std::string_view text);

/// Reads a duration: a number, not negative, with ns, us, ms, s, min, h or d right behind it; "0"
/// needs no unit. "forever" is no limit.
std::optional<time_limit> read_duration(std::string_view text);

/// Reads "true" or "1", "false" or "0".
std::optional<bool> read_switch(std::string_view text);

/// Reads names and amounts: "fpga=1,ssd=2".
std::optional<resource_set> read_resources(std::string_view text);

}  // namespace rt::app
