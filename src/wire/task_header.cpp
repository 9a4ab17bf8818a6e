// task header   := length(4) owner_index(4) attempt(4) task(16) function(4) last_attempt(1)
//                  never_twice(1) context arguments stored name
// context       := length(4) [trace_high(8) trace_low(8) span(8) deadline_left_ns(8) priority(4)
//                  count(4) actor(16){count} byte...]
// arguments     := length(4) [count(4) byte{count} count(4) reference(20){count}]
// stored        := count(4) {reference(20) place(24)}{count}
// name          := length(2) byte{length}
// What is in brackets is missing where it says nothing; a later version's fields follow the name.

#include "wire/task_header.hpp"

#include "wire/field_reader.hpp"
#include "wire/field_writer.hpp"
#include "wire/malformed.hpp"

namespace rt::wire {

result<task_header> read_task_header(std::span<const std::byte> bytes) {
  bounded_reader in(bytes);
  task_header header;
  field_reader(in).value(header);
  if (in.left() != 0) in.fail("something follows it");
  if (in.failed()) return malformed("a task header", in.failure());
  return header;
}

result<void> write_task_header(std::vector<std::byte>& out, const task_header& header) {
  bounded_writer to(out);
  field_writer(to).value(header);
  if (!to.finish()) return unwritable("a task header", to.failure());
  return {};
}

}  // namespace rt::wire
