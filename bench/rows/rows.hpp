#pragma once

#include <vector>

#include "harness/row.hpp"

namespace bench {

/// Each appends the rows of one family; `all_rows` calls them in the order of the table.
void add_task_rows(std::vector<row>& table);
void add_actor_rows(std::vector<row>& table);
void add_object_rows(std::vector<row>& table);
void add_byte_rows(std::vector<row>& table);
void add_scale_rows(std::vector<row>& table);
void add_graph_rows(std::vector<row>& table);
void add_compile_rows(std::vector<row>& table);

std::vector<row> all_rows();

}  // namespace bench
