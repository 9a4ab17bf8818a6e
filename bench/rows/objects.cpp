#include "ours/ours.hpp"
#include "rows/rows.hpp"
#include "yardstick/yardstick.hpp"

namespace bench {

void add_object_rows(std::vector<row>& table) {
  constexpr const char* section = "In one process";
  table.push_back({.section = section,
                   .name = "`put` and `get` of an int",
                   .unit = unit::seconds,
                   .contenders = {by_us(ours::put_get_int),
                                  by_yardstick("`make_shared`", yardstick::shared_int)},
                   .targets = {at_most(0.2e-6)}});
  table.push_back(
      {.section = section,
       .name = "`put` of 64 KiB (on the heap for now)",
       .unit = unit::seconds,
       .contenders = {by_us(ours::put_64_kib),
                      by_yardstick("memcpy into a prefaulted slot", yardstick::copy_64_kib)},
       .targets = {at_most(1.5, "memcpy into a prefaulted slot")}});
}

}  // namespace bench
