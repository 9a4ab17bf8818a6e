#include <algorithm>

#include "explore/transfers_names.hpp"
#include "explore/transfers_world.hpp"

// What must hold after each step.
namespace explore::transfers {

bool world::whole(const std::vector<byte>& bytes) const {
  if (bytes.size() != left_.chunks) return false;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    // All of one making.
    if (bytes[i] == 0 || bytes[i] != bytes[0] + i) return false;
  }
  return true;
}

bool world::has_whole_copy(process at) const {
  const auto& copies = members_[at].book.held().copies();
  const auto copy = copies.find(object_);
  if (copy == copies.end() || !copy->second.complete) return false;
  const auto buffer = members_[at].buffers.find(copy->second.buffer);
  return buffer != members_[at].buffers.end() && whole(buffer->second);
}

bool world::settled() const {
  return std::all_of(members_.begin(), members_.end(),
                     [](const member& each) { return each.waits.empty(); });
}

bool world::quiet() const {
  if (undecided_) return false;
  for (const auto& each : channels_) {
    if (!each.empty()) return false;
  }
  for (const member& each : members_) {
    if (!each.alive) continue;
    if (each.book.due() != rt::never) return false;
    for (process other = 0; other < members_.size(); ++other) {
      if (!members_[other].alive && each.heard.count(other) == 0) return false;
    }
  }
  return true;
}

void world::check() {
  for (const member& each : members_) {
    if (!each.alive) continue;
    std::uint64_t asked = 0;
    for (const auto& [number, piece] : each.book.pulling().asks()) {
      if (!piece.left_behind) asked += piece.bytes;
    }
    require(asked == each.book.pulling().budget_used(), "the budget is not what is asked for");
    require(asked <= left_.budget_chunks, "more is asked for than the budget allows");
    const std::size_t served =
        each.book.serving().waiting().size() + each.book.serving().leaving().size();
    require(served <= left_.served_max, "more is served at once than may be");
    for (const auto& [object, copy] : each.book.held().copies()) {
      require(each.buffers.count(copy.buffer) != 0, "a copy lies in memory that is gone");
    }
  }
  if (quiet()) check_quiet();
}

void world::check_quiet() {
  for (process at = 0; at < members_.size(); ++at) {
    const member& here = members_[at];
    if (!here.alive) continue;
    require(here.waits.empty(), "a wait never ends");
    require(here.outstanding.empty(), "something that was asked is never answered");
    require(here.book.pulling().all().empty(), "a pull goes on for nobody");
    require(here.book.pulling().asks().empty(), "a piece is never given up");
    require(here.book.pulling().locates().empty(), "a question for copies is never given up");
    require(here.book.pulling().budget_used() == 0, "the budget is used by nobody");
    require(here.book.serving().waiting().empty(), "a request waits for ever");
    require(here.book.serving().leaving().empty(), "a piece never leaves");
    require(here.book.held().pins().empty(), "a pin stays");
    require(here.book.teller().telling().empty(), "a word to an owner is never answered");
    require(here.book.owner().freeing().empty(), "a free is never answered");
    require(here.buffers.size() == here.book.held().copies().size(), "memory is left over");
    const bool over = freed_ || !members_[0].alive;
    require(!over || here.buffers.empty(), "a copy of what is freed stays");
    if (over) continue;
    const copy_record& record = members_[0].book.owner().records().at(object_);
    require(record.holds(name_of(at)) == has_whole_copy(at),
            "the owner is mistaken in whether there is a copy");
  }
}

void world::require(bool holds, const std::string& what) {
  if (!holds && failure_.empty()) failure_ = what;
}

}  // namespace explore::transfers
