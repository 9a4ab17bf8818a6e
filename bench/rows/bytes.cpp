#include "ours/ours.hpp"
#include "rows/rows.hpp"
#include "yardstick/yardstick.hpp"

namespace bench {

void add_byte_rows(std::vector<row>& table) {
  constexpr const char* section = "Bytes";
  table.push_back({.section = section,
                   .name = "small struct, out",
                   .unit = unit::seconds,
                   .contenders = {by_us(ours::sample_out),
                                  by_yardstick("bare archive", yardstick::bare_archive_out),
                                  by_yardstick("by hand", yardstick::by_hand_out),
                                  by_peer("cereal over streams", yardstick::cereal_stream_out)},
                   .targets = {at_most(1.2, "bare archive")}});
  table.push_back({.section = section,
                   .name = "small struct, in",
                   .unit = unit::seconds,
                   .contenders = {by_us(ours::sample_in),
                                  by_yardstick("bare archive", yardstick::bare_archive_in),
                                  by_yardstick("by hand", yardstick::by_hand_in),
                                  by_peer("cereal over streams", yardstick::cereal_stream_in)},
                   .targets = {at_most(1.2, "bare archive")}});
  table.push_back(
      {.section = section,
       .name = "`vector<double>` of a million, out",
       .unit = unit::bytes_per_second,
       .contenders = {by_us(ours::vector_out), by_yardstick("memcpy", yardstick::copy_megabytes)},
       .targets = {at_least(0.9, "memcpy")}});
  table.push_back(
      {.section = section,
       .name = "`vector<double>` of a million, in",
       .unit = unit::bytes_per_second,
       .contenders = {by_us(ours::vector_in), by_yardstick("memcpy", yardstick::copy_megabytes)},
       .targets = {at_least(0.9, "memcpy")}});
}

}  // namespace bench
