// Reads bytes as a head's log, after a crash or after somebody else's hands. What is whole is read, and
// reads equal when it is written again; what is behind it is cut off, or called damage.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "head/ledger.hpp"
#include "head/log_frame.hpp"
#include "head/records.hpp"
#include "support/rewritten_frame.hpp"

using namespace rt::head;
using wire_test::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::byte> bytes = std::as_bytes(std::span(data, size));
  const scanned_log scanned = scan_log(bytes);
  require(scanned.good_bytes <= size);
  // What is whole is whole without the rest.
  const scanned_log again = scan_log(bytes.first(static_cast<std::size_t>(scanned.good_bytes)));
  require(again.records == scanned.records && again.damage.empty());
  require(again.good_bytes == scanned.good_bytes && again.newest == scanned.newest);
  // A frame goes on behind it.
  std::vector<std::byte> longer(bytes.begin(),
                                bytes.begin() + static_cast<std::ptrdiff_t>(scanned.good_bytes));
  const auto next = write_log_frame(scanned.newest, scanned.frames + 1, {});
  longer.insert(longer.end(), next.begin(), next.end());
  require(scan_log(longer).frames == scanned.frames + 1);

  ledger known(4);
  const auto take = [&known](std::span<const std::byte> from) {
    const auto read = read_record(from);
    if (!read) return;
    known.apply(*read);
    const auto written = write_record(*read);
    require(static_cast<bool>(written));
    const auto reread = read_record(*written);
    require(reread && *reread == *read);
  };
  for (const record_bytes& each : scanned.records) take(each);
  // Few inputs have a right checksum: each is a record too.
  take(bytes);
  // A snapshot says the same, whatever stood in the log: what follows from that is whole.
  ledger same(4);
  require(known.snapshot().size() == known.snapshot_records());
  for (const record& each : known.snapshot()) same.apply(each);
  ledger still(4);
  for (const record& each : same.snapshot()) still.apply(each);
  require(still == same);
  return 0;
}
