#include "ours/ours.hpp"
#include "peer/installed.hpp"
#include "rows/rows.hpp"
#include "yardstick/yardstick.hpp"

namespace bench {

void add_actor_rows(std::vector<row>& table) {
  constexpr const char* section = "In one process";
  table.push_back({.section = section,
                   .name = "actor call and its answer, actor to actor",
                   .unit = unit::seconds,
                   .contenders = {by_us(ours::actor_to_actor),
                                  by_peer("CAF", RT_BENCH_CAF(caf_peer::actor_to_actor))},
                   .targets = {at_most(0.2, "CAF")}});
  table.push_back({.section = section,
                   .name = "calls a second from a thread to an actor, window 256",
                   .unit = unit::per_second,
                   .contenders = {by_us(ours::actor_window),
                                  by_peer("CAF", RT_BENCH_CAF(caf_peer::thread_window))},
                   .targets = {at_least(3, "CAF")}});
  table.push_back({.section = section,
                   .name = "blocking call from a thread, nobody runs the actor",
                   .unit = unit::seconds,
                   .contenders = {by_us(ours::thread_to_actor),
                                  by_peer("CAF", RT_BENCH_CAF(caf_peer::thread_round_trip))},
                   .targets = {at_most(0.3e-6)}});
  table.push_back(
      {.section = section,
       .name = "blocking call from a thread, another runs the actor",
       .unit = unit::seconds,
       .contenders = {by_us(ours::thread_to_busy_actor),
                      by_yardstick("spinning on a cache line", yardstick::cache_line_round_trip)},
       .targets = {at_most(2e-6)}});
  table.push_back(
      {.section = section,
       .name = "blocking call from a thread, after 1 ms of idleness",
       .unit = unit::seconds,
       .contenders = {by_us(ours::thread_to_actor_after_idle),
                      by_yardstick("futex wake", yardstick::futex_round_trip_after_idle),
                      by_peer("CAF", RT_BENCH_CAF(caf_peer::thread_round_trip_after_idle))},
       .targets = {at_most(1.2, "futex wake")}});
  table.push_back({.section = section,
                   .name = "spawn an actor, call it and let it end",
                   .unit = unit::seconds,
                   .contenders = {by_us(ours::spawn_call_end),
                                  by_yardstick("an object made, called, destroyed",
                                               yardstick::object_made_and_called),
                                  by_peer("CAF", RT_BENCH_CAF(caf_peer::spawn_call_end))},
                   .targets = {at_most(0.2, "CAF")}});
}

}  // namespace bench
