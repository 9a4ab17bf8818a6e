#include "sim/workload.hpp"

namespace workloads {

const std::vector<workload>& all() {
  static const std::vector<workload> list = {
      {"task_graph", &task_graph},
      {"nested_gets", &nested_gets},
      {"actors", &actors},
      {"cancels", &cancels},
      {"deadlines", &deadlines},
      {"endings", &endings},
      {"coroutines", &coroutines},
      {"streams", &streams},
      {"concurrent_calls", &concurrent_calls},
  };
  return list;
}

}  // namespace workloads
