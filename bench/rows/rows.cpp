#include "rows/rows.hpp"

namespace bench {

std::vector<row> all_rows() {
  std::vector<row> table;
  add_task_rows(table);
  add_actor_rows(table);
  add_object_rows(table);
  add_byte_rows(table);
  add_scale_rows(table);
  add_graph_rows(table);
  add_compile_rows(table);
  return table;
}

}  // namespace bench
