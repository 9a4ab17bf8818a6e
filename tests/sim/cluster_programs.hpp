#pragma once

#include <cstdint>
#include <memory>

#include "sim/cluster_program.hpp"

// The programs that may run mixed; each is a workload of its own too.

namespace workloads {

using program_maker = std::unique_ptr<cluster_program> (*)(rt::testing::cluster& around,
                                                           std::uint64_t seed);

std::unique_ptr<cluster_program> program_of_tasks(rt::testing::cluster& around, std::uint64_t seed);
std::unique_ptr<cluster_program> program_of_references(rt::testing::cluster& around,
                                                       std::uint64_t seed);
std::unique_ptr<cluster_program> program_of_rings(rt::testing::cluster& around, std::uint64_t seed);
std::unique_ptr<cluster_program> program_of_waits(rt::testing::cluster& around, std::uint64_t seed);
std::unique_ptr<cluster_program> program_of_cancels(rt::testing::cluster& around,
                                                    std::uint64_t seed);
std::unique_ptr<cluster_program> program_of_registers(rt::testing::cluster& around,
                                                      std::uint64_t seed);

}  // namespace workloads
