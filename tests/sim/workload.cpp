#include "sim/workload.hpp"

namespace workloads {

const std::vector<workload>& all() {
  static const std::vector<workload> list = {
      {.name = "task_graph", .run = &task_graph},
      {.name = "nested_gets", .run = &nested_gets},
      {.name = "actors", .run = &actors},
      {.name = "cancels", .run = &cancels},
      {.name = "deadlines", .run = &deadlines},
      {.name = "endings", .run = &endings},
      {.name = "coroutines", .run = &coroutines},
      {.name = "streams", .run = &streams},
      {.name = "concurrent_calls", .run = &concurrent_calls},
      {.name = "network_exchange", .planned = network_exchange()},
      {.name = "sessions", .planned = sessions()},
      {.name = "control_plane", .planned = control_plane()},
      {.name = "transfers", .planned = transfers()},
      {.name = "cluster_tasks", .planned = cluster_tasks()},
      {.name = "cluster_references", .planned = cluster_references()},
      {.name = "cluster_actors", .planned = cluster_actors()},
      {.name = "cluster_objects", .planned = cluster_objects()},
      {.name = "cluster_rings", .planned = cluster_rings()},
      {.name = "cluster_waits", .planned = cluster_waits()},
      {.name = "cluster_limits", .planned = cluster_limits()},
      {.name = "cluster_cancels", .planned = cluster_cancels()},
      {.name = "cluster_registers", .planned = cluster_registers()},
      {.name = "cluster_mixtures", .planned = cluster_mixtures()},
      {.name = "cluster_names", .planned = cluster_names()},
      {.name = "cluster_services", .planned = cluster_services()},
      {.name = "cluster_driver_dies", .planned = cluster_driver_dies()},
      {.name = "cluster_bursts", .planned = cluster_bursts()},
  };
  return list;
}

const workload* find(std::string_view name) {
  for (const workload& each : all()) {
    if (each.name == name) return &each;
  }
  return nullptr;
}

}  // namespace workloads
