#include "ours/ours.hpp"
#include "peer/installed.hpp"
#include "rows/rows.hpp"
#include "yardstick/yardstick.hpp"

namespace bench {
namespace {

constexpr const char* section = "Scale";

/// A row about 100,000 of something at once, in under a second.
row many(const char* name, measure run, const char* published) {
  return {.section = section,
          .name = name,
          .unit = unit::seconds,
          .contenders = {fresh(by_us(std::move(run)))},
          .targets = {at_most(1)},
          .published = published};
}

}  // namespace

void add_scale_rows(std::vector<row>& table) {
  table.push_back({.section = section,
                   .name = "100,000 actors made and each called once",
                   .unit = unit::per_second,
                   .contenders = {fresh(by_us(ours::actors_made)),
                                  fresh(by_peer("CAF", RT_BENCH_CAF(caf_peer::actors_made)))},
                   .targets = {at_least(100'000)},
                   .published = "Ray 576/s (published)"});
  table.push_back(many("100,000 arguments to one task", ours::arguments_100k,
                       "Ray 17 s for 10,000 (published)"));
  table.push_back(
      many("100,000 results of one task", ours::results_100k, "Ray 6 s for 3,000 (published)"));
  table.push_back(
      many("100,000 objects in one get", ours::objects_100k, "Ray 24 s for 10,000 (published)"));
  table.push_back({.section = section,
                   .name = "1,000 tasks, then a wait for one at a time",
                   .unit = unit::per_second,
                   .contenders = {by_us(ours::wait_one_by_one)},
                   .targets = {at_least(500)},
                   .published = "Ray 5/s (published)"});
  table.push_back({.section = section,
                   .name = "one wait on 1,000 ready references",
                   .unit = unit::seconds,
                   .contenders = {by_us(ours::wait_all_ready),
                                  by_yardstick("loop over counts", yardstick::loop_over_counts)},
                   .targets = {at_most(1.5, "loop over counts")}});
  table.push_back({.section = section,
                   .name = "bytes of a reference",
                   .unit = unit::bytes,
                   .contenders = {by_us(ours::reference_bytes)},
                   .targets = {}});
  table.push_back({.section = section,
                   .name = "bytes of an int object, its reference included",
                   .unit = unit::bytes,
                   .contenders = {fresh(by_us(ours::object_bytes))},
                   .targets = {}});
  table.push_back({.section = section,
                   .name = "bytes of an idle actor, its handle included",
                   .unit = unit::bytes,
                   .contenders = {fresh(by_us(ours::actor_bytes)),
                                  fresh(by_peer("CAF", RT_BENCH_CAF(caf_peer::actor_bytes)))},
                   .targets = {}});
}

}  // namespace bench
