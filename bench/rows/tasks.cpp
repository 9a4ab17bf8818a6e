#include "ours/ours.hpp"
#include "peer/installed.hpp"
#include "rows/rows.hpp"
#include "yardstick/yardstick.hpp"

namespace bench {
namespace {

constexpr const char* section = "In one process";

row work_row(double microseconds, ours::getting how) {
  const bool vector = how == ours::getting::as_vector;
  const std::string name = std::string("tasks of ") + (microseconds < 5 ? "1" : "10") + " µs, " +
                           (vector ? "got as a vector" : "got one by one in order");
  row r{
      .section = section,
      .name = name,
      .unit = unit::per_second,
      .contenders = {
          by_us([=](const session& s) { return ours::task_work(s, microseconds, how); }),
          by_yardstick("one thread",
                       [=](const session& s) { return yardstick::one_thread(s, microseconds); }),
          by_yardstick("split threads",
                       [=](const session& s) { return yardstick::split_threads(s, microseconds); }),
          by_peer("TBB group", RT_BENCH_TBB([=](const session& s) {
                    return tbb_peer::group_work(s, microseconds);
                  }))}};
  r.targets = {microseconds < 5 ? at_least(1, "TBB group") : at_least(1.8, "one thread")};
  return r;
}

}  // namespace

void add_task_rows(std::vector<row>& table) {
  table.push_back(
      {.section = section,
       .name = "`get(remote<f>(x))`",
       .unit = unit::seconds,
       .contenders = {by_us(ours::task_round_trip),
                      by_yardstick("lean pool", yardstick::lean_pool_round_trip),
                      by_yardstick("textbook pool", yardstick::textbook_pool_round_trip),
                      by_peer("TBB group", RT_BENCH_TBB(tbb_peer::group_round_trip)),
                      by_peer("TBB future", RT_BENCH_TBB(tbb_peer::future_round_trip))},
       .targets = {at_most(1, "TBB group")}});
  table.push_back(
      {.section = section,
       .name = "the same where a slot must run it",
       .unit = unit::seconds,
       .contenders = {by_us(ours::slot_round_trip),
                      by_yardstick("spinning on a cache line", yardstick::cache_line_round_trip),
                      by_yardstick("textbook pool", yardstick::textbook_pool_round_trip)},
       .targets = {}});
  table.push_back(
      {.section = section,
       .name = "the same after 1 ms of idleness",
       .unit = unit::seconds,
       .contenders = {by_us(ours::slot_round_trip_after_idle),
                      by_yardstick("futex wake", yardstick::futex_round_trip_after_idle)},
       .targets = {}});
  table.push_back({.section = section,
                   .name = "tasks a second, submitted and got, windows of 1,024",
                   .unit = unit::per_second,
                   .contenders = {by_us(ours::task_window),
                                  by_yardstick("lean pool, one thread",
                                               [](const session& s) {
                                                 return yardstick::lean_pool_window(s, 0);
                                               }),
                                  by_yardstick("lean pool, two threads",
                                               [](const session& s) {
                                                 return yardstick::lean_pool_window(s, 1);
                                               }),
                                  by_yardstick("`std::async`", yardstick::std_async_window),
                                  by_peer("TBB group", RT_BENCH_TBB(tbb_peer::group_window))},
                   .targets = {at_least(1, "lean pool, one thread")}});
  for (const auto how : {ours::getting::in_order, ours::getting::as_vector}) {
    table.push_back(work_row(10, how));
  }
  for (const auto how : {ours::getting::in_order, ours::getting::as_vector}) {
    table.push_back(work_row(1, how));
  }
  table.push_back({.section = section,
                   .name = "a million queued tasks, then all got, cold memory",
                   .unit = unit::seconds,
                   .contenders = {fresh(by_us(ours::queued_million_seconds)),
                                  fresh(by_yardstick("lean pool, one thread",
                                                     yardstick::queued_million_seconds))},
                   .targets = {at_most(0.5)},
                   .published = "Ray 184 s on 64 cores (published)"});
  table.push_back({.section = section,
                   .name = "bytes of a queued task, its reference included",
                   .unit = unit::bytes,
                   .contenders = {fresh(by_us(ours::queued_task_bytes))},
                   .targets = {at_most(160)}});
  table.push_back({.section = section,
                   .name = "an idle runtime",
                   .unit = unit::percent,
                   .contenders = {fresh(by_us(ours::idle_percent))},
                   .targets = {at_most(0.1)}});
  table.push_back({.section = section,
                   .name = "start of `local` and its first result, new process",
                   .unit = unit::seconds,
                   .contenders = {fresh(by_us(ours::start_seconds))},
                   .targets = {at_most(5e-3)}});
}

}  // namespace bench
