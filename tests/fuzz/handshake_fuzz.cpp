// Reads bytes as the first frame of a peer that nobody knows yet. Nothing but a greeting or a goodbye
// is taken; one that is taken reads equal when written again, and versions meet in both directions
// alike.

#include <cstddef>
#include <cstdint>
#include <span>

#include "support/rewritten_frame.hpp"

using namespace rt::wire;
using wire_test::require;

namespace {

void check_versions(const version_range& theirs) {
  const auto common = spoken_versions.common_with(theirs);
  require(common == theirs.common_with(spoken_versions));
  if (!common) return;
  for (const version_range& each : {spoken_versions, theirs})
    require(*common >= each.oldest && *common <= each.newest);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto read = read_frame(std::as_bytes(std::span(data, size)), session_stage::greeting);
  if (!read) return 0;
  require(read->messages.size() <= 1);
  require(read->tail.empty());
  for (const envelope& each : read->messages) {
    if (const auto* asked = std::get_if<hello_request>(&each.message)) {
      check_versions(asked->versions);
    } else if (const auto* answered = std::get_if<hello_reply>(&each.message)) {
      check_versions(answered->versions);
    } else {
      require(std::holds_alternative<goodbye_notice>(each.message));
    }
  }
  wire_test::require_reads_again(*read, session_stage::greeting);
  return 0;
}
