#include "sim/schedule.hpp"

#include <stdexcept>
#include <string>

#include "support/catch.hpp"

using rt::sim::fault_kind;
using workloads::read_schedule;
using workloads::schedule;

namespace {

schedule some() {
  return {
      .workload = "sessions",
      .seed = 17,
      .sizes = {{"processes", 3}, {"sayings", 20}},
      .plan = {.faults = {{.kind = fault_kind::clog, .begin = 5, .end = 9, .one = 1, .other = 2},
                          {.kind = fault_kind::loss, .begin = 6, .end = 7, .rate_ppm = 300}},
               .healed_at = 11},
      .sites = rt::sim::site_rates{{"a.b", 1'000}, {"c.d", 5}},
      .finds = "some.bug"};
}

}  // namespace

TEST_CASE("schedule: is read as it was written") {
  const schedule written = some();
  const schedule read = read_schedule(to_text(written));
  CHECK(read.workload == "sessions");
  CHECK(read.seed == 17);
  CHECK(read.sizes == written.sizes);
  CHECK(read.plan.healed_at == 11);
  REQUIRE(read.plan.faults.size() == 2);
  CHECK(read.plan.faults[0].kind == fault_kind::clog);
  CHECK(read.plan.faults[0].other == 2);
  CHECK(read.plan.faults[1].rate_ppm == 300);
  CHECK(read.sites == written.sites);
  CHECK(read.finds == "some.bug");
  CHECK(to_text(read) == to_text(written));
}

TEST_CASE("schedule: tells no fault site from those that the seed chooses") {
  schedule written = some();
  written.sites = rt::sim::site_rates{};
  CHECK(read_schedule(to_text(written)).sites == written.sites);
  written.sites.reset();
  CHECK_FALSE(read_schedule(to_text(written)).sites.has_value());
}

TEST_CASE("schedule: a line that is none is refused, and told") {
  for (const char* line : {"fault earthquake 1 2 3 4 5", "fault clog 1 2 3", "seed seven",
                           "nothing", "seed 1 2", "sites_by_seed\nsite a.b 5"}) {
    CAPTURE(line);
    CHECK_THROWS_AS(read_schedule(line), std::runtime_error);
  }
  CHECK(read_schedule("# nothing but this\n\n").workload == "");
}
