#pragma once

#include <functional>
#include <string>

#include <rt/testing/cluster.hpp>

#include "support/catch.hpp"

namespace support {

inline void check_ok(const rt::sim::report& report) {
  for (const std::string& line : report.log) UNSCOPED_INFO(line);
  INFO(report.failure);
  CHECK(report.ok());
}

/// Runs a program over a cluster, and checks that nothing of it failed or is left.
inline void run_cluster(const rt::testing::cluster_options& options,
                        const std::function<void(rt::testing::cluster&)>& program) {
  rt::testing::cluster around(options);
  check_ok(around.run(program));
}

/// Ends each of so many nodes and begins it anew, one after the other.
inline void restart_nodes(rt::testing::cluster& self, unsigned count) {
  for (unsigned node = 1; node <= count; ++node) {
    self.kill(node);
    self.start(node);
    CHECK(self.wait_for_nodes(count));
  }
}

}  // namespace support
