#include "explore/calls_world.hpp"
#include "explore/world_seeds.hpp"

// What must hold after each step, and in the end.
namespace explore::calls {
namespace {

std::uint64_t bit(epoch_number of) { return std::uint64_t{1} << static_cast<std::uint64_t>(of); }

}  // namespace

void world::check_begun(process host, const hosting::hosted_name& life,
                        const hosting::placed_call& call) {
  side& caller = sides_[behind(call.caller)];
  const auto index = static_cast<std::size_t>(call.call.task);
  fact& of = caller.facts[index];
  const std::string text = "call " + std::to_string(index) + " of process " +
                           std::to_string(behind(call.caller)) + " at process " +
                           std::to_string(host);
  ++of.runs;
  require((of.begun & bit(life.epoch)) == 0, text + " begins twice in one epoch");
  require(of.runs <= 1 + static_cast<unsigned>(left_.retries), text + " begins too often");
  require(!of.not_started, text + " begins after its caller was told that it has not");
  require(!of.cancelled_at_host, text + " begins after it was cancelled");
  of.begun |= bit(life.epoch);
  for (std::size_t earlier = 0; earlier < index; ++earlier) {
    const fact& before = caller.facts[earlier];
    const bool done = before.resolved || before.cancelled_at_host;
    require(done || (before.begun & bit(life.epoch)) != 0,
            text + " begins before an earlier one of its caller");
  }
}

/// No life may begin while another may still run, but where nobody can know of that.
void world::check_built(process host, epoch_number epoch) {
  require((built_ & bit(epoch)) == 0, "an epoch has two lives");
  built_ |= bit(epoch);
  if (host != 0 && way(host, 0).heard) return;
  for (process each = 0; each < sides_.size(); ++each) {
    if (!sides_[each].alive || (each != 0 && way(each, 0).heard)) continue;
    for (const auto& [life, actor] : sides_[each].table.actors()) {
      const bool other = each != host || life.epoch != epoch;
      require(!other || !actor.lives(), "two lives of the actor at a time");
    }
  }
}

void world::check() {
  for (process at = 0; at < sides_.size(); ++at) {
    const side& here = sides_[at];
    if (!here.alive) continue;
    std::size_t open = 0;
    for (const fact& each : here.facts) open += each.resolved ? 0 : 1;
    require(here.book.held() == open, "a call of process " + std::to_string(at) +
                                          " is open and not in its book, or the other way round");
    for (const auto& [id, actor] : here.book.actors()) {
      const auto& calls = actor.calls;
      if (actor.view != calling::actor_view::alive || calls.send_from() == calls.next_seq())
        continue;
      for (call_seq seq = calls.send_from(); seq < calls.next_seq(); seq = seq + 1) {
        const calling::held_call& next = calls.at(seq);
        if (next.where != calling::held_call::state::waiting) continue;
        require(!next.made.ready, "a call may be sent, and nobody was told");
        break;
      }
    }
    for (const auto& [life, actor] : here.table.actors()) {
      require(!here.table.may_begin(life) || here.to_begin.count(life) != 0,
              "a call may begin, and nobody was told");
    }
  }
  if (!failure_.empty() || !checks_ends_ || !quiet()) return;
  world copy = *this;
  failure_ = copy.run_to_the_end();
}

bool world::quiet() const {
  if (letters_on_the_way() != 0) return false;
  for (const link& each : links_) {
    if (each.broken && !each.heard) return false;
  }
  return true;
}

void world::calm() {
  left_.unready = 0;
  left_.late_arguments = 0;
  left_.cancels = left_.kills = left_.mild_kills = left_.drops = left_.exits = 0;
  left_.throws = left_.refusals = 0;
  left_.breaks = left_.deaths = left_.crashes = left_.late = 0;
  left_.ticks = 0;
}

std::string world::run_to_the_end() {
  checks_ends_ = false;
  calm();
  return let_end(*this, 1000 + 200 * std::size_t{left_.calls} * left_.processes, 3);
}

std::string world::what_is_left() const {
  for (process at = 0; at < sides_.size(); ++at) {
    const side& here = sides_[at];
    if (!here.alive) continue;
    const std::string of = " of process " + std::to_string(at);
    for (unsigned call = 0; call < here.allowed; ++call) {
      if (call < here.facts.size() && here.facts[call].resolved) continue;
      return "call " + std::to_string(call) + of + " never resolves";
    }
  }
  for (process at = 0; at < sides_.size(); ++at) {
    const side& here = sides_[at];
    if (!here.alive) continue;
    const std::string of = " of process " + std::to_string(at);
    if (!here.book.empty()) return "the book" + of + " is not empty in the end";
    if (!here.table.empty()) return "an actor" + of + " lives on in the end";
    if (!here.owned.empty()) return "the actor" + of + " is not forgotten in the end";
  }
  if (!sides_[0].alive) return {};
  if (placing_) return "a place is still wanted in the end";
  for (const auto& [at, lease] : places_) {
    if (sides_[at].alive) return "a place is not given back in the end";
  }
  return {};
}

void world::require(bool holds, const std::string& what) {
  if (!holds && failure_.empty()) failure_ = what;
}

}  // namespace explore::calls
