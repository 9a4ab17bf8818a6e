#include "ours/ours.hpp"
#include "peer/installed.hpp"
#include "rows/rows.hpp"
#include "yardstick/yardstick.hpp"

namespace bench {

void add_graph_rows(std::vector<row>& table) {
  using graph::pattern;
  for (const pattern p :
       {pattern::stencil, pattern::fft, pattern::tree, pattern::random, pattern::all_to_all}) {
    table.push_back(
        {.section = "Task graphs",
         .name = "METG(50 %), " + graph::name_of(p),
         .unit = unit::seconds,
         .contenders = {by_us([p](const session& s) { return ours::task_metg(s, p); }),
                        by_yardstick(
                            "plain threads",
                            [p](const session& s) { return yardstick::threads_metg(s, p); }),
                        by_peer("TBB flow graph", RT_BENCH_TBB([p](const session& s) {
                                  return tbb_peer::flow_graph_metg(s, p, false);
                                })),
                        by_peer("TBB flow graph made once", RT_BENCH_TBB([p](const session& s) {
                                  return tbb_peer::flow_graph_metg(s, p, true);
                                }))},
         .targets = {at_most(2, "TBB flow graph")}});
  }
}

}  // namespace bench
