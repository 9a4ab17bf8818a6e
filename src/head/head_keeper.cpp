#include "head/head_keeper.hpp"

#include <utility>
#include <variant>

namespace rt::head {
inline namespace RT_LANE_VARIANT {

head_keeper::head_keeper(environment& world, rpc::switchboard& board, const settings& with,
                         std::unique_ptr<record_log> log, process_names names, head_news news,
                         detached_orders orders)
    : world_(world),
      board_(board),
      with_(with),
      log_(std::move(log)),
      names_(std::move(names)),
      news_(std::move(news)),
      orders_(std::move(orders)) {
  board.route({wire::message_kind::join_request, wire::message_kind::job_request,
               wire::message_kind::view_request, wire::message_kind::confirm_request,
               wire::message_kind::health_notice, wire::message_kind::job_end_notice,
               wire::message_kind::register_request, wire::message_kind::find_request},
              *this);
  log_->open();
}

bool head_keeper::attend(bool all_taken) {
  if (over_) return false;
  const instant now = world_.now();
  const bool more = log_->poll(now, *this);
  if (over_ || !plane_) return more;
  if (plane_->ready() && !std::exchange(told_ready_, true)) {
    news_.ready(plane_->cluster(), plane_->number());
  }
  // What lies unread would count as silence.
  if (all_taken && now >= plane_->due()) {
    effects out;
    plane_->tick(now, out);
    perform(out);
  }
  return more;
}

instant head_keeper::due() const noexcept {
  if (over_) return never;
  return plane_ && plane_->ready() ? std::min(plane_->due(), log_->due()) : log_->due();
}

bool head_keeper::drain(incarnation node, instant left) {
  if (!plane_) return false;
  effects out;
  const bool lives = plane_->drain(node, wire::node_reason::asked, left, world_.now(), out);
  perform(out);
  return lives;
}

void head_keeper::actor_told(const actor_id& actor, std::uint64_t epoch, wire::actor_state state,
                             incarnation process) {
  if (!plane_) return;
  effects out;
  plane_->actor_told(no_incarnation, actor, epoch, state, process, world_.now(), out);
  perform(out);
}

void head_keeper::opened(rpc::session_id session, const rpc::peer& other) {
  const incarnation from{other.incarnation};
  // A process speaks on its newest session alone: what lies on an older one is older.
  const auto old = sessions_.find(from);
  const rpc::session_id before = old != sessions_.end() ? old->second : rpc::session_id{};
  sessions_[from] = session;
  if (before) board_.endpoint().close(before);
}

void head_keeper::asked(rpc::session_id session, const rpc::arrival& request) {
  const rpc::peer* const other = board_.other_side(session);
  if (other == nullptr || !plane_) return;
  const incarnation from{other->incarnation};
  const job_id job = other->job;
  const ticket to{++last_ticket_};
  waiting_[to] = {session, request.envelope.number};
  effects out;
  const instant now = world_.now();
  const wire::message& said = request.envelope.message;
  if (const auto* join = std::get_if<wire::join_request>(&said)) {
    plane_->join(to, from, *join, now, out);
  } else if (const auto* begins = std::get_if<wire::job_request>(&said)) {
    plane_->begin_job(to, from, job, *begins, now, out);
  } else if (const auto* view = std::get_if<wire::view_request>(&said)) {
    plane_->ask_view(to, from, view->version, now, out);
  } else if (const auto* keeps = std::get_if<wire::register_request>(&said)) {
    keep(to, from, session, *keeps, out);
  } else if (const auto* find = std::get_if<wire::find_request>(&said)) {
    plane_->find(to, from, name_key::of(find->space, find->job, find->name), now, out);
  } else {
    plane_->confirm(to, from, now, out);
  }
  perform(out);
}

void head_keeper::told(rpc::session_id session, const rpc::arrival& notice) {
  const rpc::peer* const other = board_.other_side(session);
  if (other == nullptr || !plane_) return;
  const incarnation from{other->incarnation};
  effects out;
  const instant now = world_.now();
  if (const auto* health = std::get_if<wire::health_notice>(&notice.envelope.message)) {
    plane_->health(from, *health, now, out);
  } else {
    plane_->end_job(from, now, out);
  }
  perform(out);
}

void head_keeper::ended(rpc::session_id session, const rpc::peer& other, rpc::session_end why) {
  const incarnation from{other.incarnation};
  const auto current = sessions_.find(from);
  if (current == sessions_.end() || current->second != session) return;
  sessions_.erase(current);
  if (why != rpc::session_end::left || !plane_) return;
  effects out;
  plane_->goodbye(from, world_.now(), out);
  perform(out);
}

void head_keeper::perform(effects& out) {
  for (const record& each : out.records) {
    // Within its limits: it is made of what was read within them.
    if (const auto bytes = write_record(each)) log_->append(*bytes);
  }
  if (out.snapshot) compact(*out.snapshot);
  for (const effects::answer& each : out.answers) give(each);
  for (const effects::letter& each : out.letters) send(each);
  for (const incarnation each : out.died) news_.died(each);
  for (const known_actor& each : out.expected) orders_.expect(each);
  for (const located_actor& each : out.adoptions) orders_.adopt(each);
  for (const known_actor& each : out.rebuilds) orders_.build(each);
  for (const actor_id& each : out.dismissals) orders_.dismiss(each);
}

void head_keeper::compact(const std::vector<record>& snapshot) {
  std::vector<record_bytes> written;
  written.reserve(snapshot.size());
  for (const record& each : snapshot) {
    auto bytes = write_record(each);
    // One that cannot be written would be lost.
    if (!bytes) return compacted(false);
    written.push_back(std::move(*bytes));
  }
  log_->compact(std::move(written));
}

void head_keeper::give(const effects::answer& what) {
  const auto asked = waiting_.extract(what.to);
  if (asked.empty()) return;
  const waiting& to = asked.mapped();
  wire::message reply;
  if (const auto* join = std::get_if<wire::join_reply>(&what.what)) reply = *join;
  else if (const auto* job = std::get_if<wire::job_reply>(&what.what)) reply = *job;
  else if (const auto* view = std::get_if<wire::view_reply>(&what.what)) reply = *view;
  else if (const auto* confirm = std::get_if<wire::confirm_reply>(&what.what)) reply = *confirm;
  else if (const auto* kept = std::get_if<registration>(&what.what)) {
    wire::register_reply made{.answer = kept->answer, .existing = {}};
    if (kept->existing) made.existing = entry_of(*kept->existing, to.session);
    reply = std::move(made);
  } else if (const auto* found = std::get_if<finding>(&what.what)) {
    wire::find_reply made;
    if (found->found) made.found = entry_of(*found->found, to.session);
    reply = std::move(made);
  } else {
    return;
  }
  // To one whose session has ended nothing is said: it asks again.
  static_cast<void>(board_.endpoint().answer(to.session, to.number, reply));
}

void head_keeper::send(const effects::letter& what) {
  const auto found = sessions_.find(what.to);
  if (found == sessions_.end()) return;
  rpc::endpoint& endpoint = board_.endpoint();
  const rpc::session_id to = found->second;
  if (const auto* view = std::get_if<wire::view_notice>(&what.what)) {
    // The next shows the gap.
    if (!endpoint.full(to)) static_cast<void>(endpoint.tell(to, *view));
  } else if (const auto* stale = std::get_if<wire::stale_notice>(&what.what)) {
    static_cast<void>(endpoint.tell(to, *stale));
  } else if (const auto* drain = std::get_if<wire::drain_request>(&what.what)) {
    static_cast<void>(endpoint.ask(to, *drain, [](const result<rpc::arrival>&) {}));
  } else if (const auto* kill = std::get_if<wire::kill_request>(&what.what)) {
    // Where the session ends before it is heard, the node tells of that life when it joins again.
    static_cast<void>(endpoint.ask(to, *kill, [](const result<rpc::arrival>&) {}));
  }
}

void head_keeper::keep(ticket to, incarnation from, rpc::session_id session,
                       const wire::register_request& asks, effects& out) {
  const wire::actor_entry& told = asks.entry;
  const instant now = world_.now();
  const bool is_claim = told.state != wire::actor_state::dead;
  if (is_claim && told.detached && (!asks.recipe || told.name.empty() || told.space.empty())) {
    // What could not be built again, or found.
    waiting_.erase(to);
    return board_.endpoint().close(session);
  }
  if (told.state == wire::actor_state::dead) {
    return plane_->end_actor(to, from, told.actor, told.epoch, now, out);
  }
  known_actor claim;
  claim.actor = told.actor;
  claim.epoch = told.epoch;
  claim.name = told.name;
  claim.space = told.space;
  claim.job = asks.job;
  claim.detached = told.detached;
  claim.classes = told.classes;
  claim.owner = from;
  claim.max_restarts = asks.max_restarts;
  claim.recipe = asks.recipe;
  plane_->register_actor(to, from, claim, now, out);
  if (told.state != wire::actor_state::alive) return;
  const incarnation at = told.process == 0 ? from : names_.process_at(session, told.process);
  plane_->actor_told(from, told.actor, told.epoch, told.state, at, now, out);
}

wire::actor_entry head_keeper::entry_of(const located_actor& located, rpc::session_id to) {
  const auto number_of = [&](const located_process& process) {
    return process.process == no_incarnation ? wire::process_number{}
                                             : names_.number_of(to, process);
  };
  const wire::process_number owner = number_of(located.owner);
  return located.actor.entry(owner, number_of(located.process));
}

void head_keeper::opened(opened_log all) {
  std::vector<record> records;
  for (const record_bytes& each : all.records) {
    const result<record> read = read_record(each);
    if (!read) return failed(read.error());
    records.push_back(*read);
  }
  effects out;
  plane_.emplace(with_,
                 control_plane::start{
                     .number = all.number, .new_cluster = world_.random() | 1, .secret_place = {}},
                 records, world_.now(), out);
  perform(out);
}

void head_keeper::durable(position up_to) {
  effects out;
  plane_->durable(up_to, world_.now(), out);
  perform(out);
}

void head_keeper::compacted(bool done) {
  plane_->compacted(done, world_.now());
  if (!done) world_.log("the head's log could not be made shorter; it is tried again later");
}

void head_keeper::fenced() {
  if (plane_) plane_->fence();
  over_ = true;
  news_.over("a newer head writes this cluster's log");
}

void head_keeper::failed(error_info why) {
  if (plane_) plane_->fence();
  over_ = true;
  news_.over("the head's log failed: " + why.message);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::head
