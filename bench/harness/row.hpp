#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/session.hpp"

namespace bench {

/// Names what a row's figures are; `ratio` is ours divided by the other's in this unit.
enum class unit { seconds, per_second, bytes, bytes_per_second, percent };

/// Says on which side of the table a contender stands.
enum class side { ours, yardstick, peer };

/// Runs one round and returns the row's figure. Sets up and tears down all that it needs: between
/// rounds no thread of a contender is left, so that none disturbs the next.
using measure = std::function<double(const session&)>;

/// One column entry of a row.
/// Shape: an empty `run` is a peer that is not installed.
struct contender {
  side where = side::ours;
  std::string name = {};
  measure run;
  bool fresh_process =
      false;  ///< each round in a new process: cold memory, bytes by what is resident
};

/// What the project's figure is held against.
/// Shape: an empty `against` makes `limit` absolute, else it is a multiple of that contender.
struct target {
  enum class bound { at_most, at_least };
  bound which = bound::at_most;
  double limit = 0;
  std::string against;
};

inline target at_most(double limit, std::string against = {}) {
  return {target::bound::at_most, limit, std::move(against)};
}
inline target at_least(double limit, std::string against = {}) {
  return {target::bound::at_least, limit, std::move(against)};
}

/// One line of the table.
struct row {
  std::string section = {};
  std::string name = {};
  bench::unit unit = bench::unit::seconds;
  std::vector<contender> contenders = {};
  std::vector<target> targets = {};
  std::string published = {};  ///< a peer's figure from elsewhere, printed as text
  double seconds_factor = 1;   ///< multiplies the time of a round, where one needs more
};

inline contender by_us(measure run, std::string name = "Roundtrip") {
  return {side::ours, std::move(name), std::move(run), false};
}
inline contender by_yardstick(std::string name, measure run) {
  return {side::yardstick, std::move(name), std::move(run), false};
}
inline contender by_peer(std::string name, measure run) {
  return {side::peer, std::move(name), std::move(run), false};
}

/// Marks a contender to run each round in a process of its own.
inline contender fresh(contender c) {
  c.fresh_process = true;
  return c;
}

}  // namespace bench
