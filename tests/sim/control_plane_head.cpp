#include "sim/control_plane_head.hpp"

#include <iterator>

namespace control_plane_test {

using namespace rt;
using support::check;

namespace {

const char* const log_file = "head.log";

/// Numbers of processes are their incarnations here.
wire::actor_entry entry_of(const head::known_actor& actor) {
  return actor.entry(static_cast<wire::process_number>(actor.owner),
                     static_cast<wire::process_number>(actor.process));
}

head::known_actor claim_of(const wire::register_request& asks, incarnation from, job_id job) {
  head::known_actor made;
  made.actor = asks.entry.actor;
  made.epoch = asks.entry.epoch;
  made.name = asks.entry.name;
  made.space = asks.entry.space;
  made.job = job;
  made.detached = asks.entry.detached;
  made.owner = from;
  made.max_restarts = asks.max_restarts;
  return made;
}

}  // namespace

head::settings head_settings(std::uint64_t seed) {
  sim::random_stream numbers(seed, 72);
  head::settings with;
  with.health_period = health_period;
  with.death_timeout = death_timeout;
  with.reconnect_window = 3'000 * ms;
  with.view_period = 10 * ms;
  with.load_period = 200 * ms;
  with.load_entries_max = 2;
  // Views in steps, and deaths that are forgotten, in some runs.
  with.view_entries_max = numbers.one_in(2) ? 2 : 100;
  with.deaths_kept = numbers.one_in(2) ? 1 : 100;
  with.drained_within = 500 * ms;
  // The log is made shorter often, in some runs all the time.
  with.log_records_min = numbers.one_in(2) ? 3 : 30;
  with.log_growth_max = numbers.one_in(2) ? 1 : 2;
  with.compacted_again_after = 50 * ms;
  with.deaths_remembered = numbers.one_in(2) ? 1 : 100;
  return with;
}

head_process::head_process(const ground& on, std::uint32_t number, incarnation self,
                           sim::simulated_disk& disk)
    : process(on, number, self),
      numbers_(on.seed, 5000 + static_cast<std::uint64_t>(self)),
      files_(disk.attach([this] { wake(); })),
      log_(std::make_unique<head::file_log>(
          *files_, log_file,
          head::file_log_options{.looked_every = 100 * ms, .room_awaited = 20 * ms})) {
  log_->open();
  wake();
}

void head_process::die() {
  process::die();
  log_.reset();
  files_.reset();
}

void head_process::turn() {
  const bool more_of_log = log_->poll(now(), *this);
  if (over_) {
    on_.network.crash(number_);
    return die();
  }
  bool more = false;
  if (endpoint_ && plane_->ready()) {
    more = endpoint_->poll(16);
    if (!more && now() >= plane_->due()) {
      head::effects out;
      plane_->tick(now(), out);
      perform(out);
    }
    see_to_buildings();
    // What was said in this turn leaves in it.
    static_cast<void>(endpoint_->poll(0));
    wake_at(std::max(std::min(endpoint_->due(), plane_->due()), now() + 1));
  }
  if (more || more_of_log) wake();
  wake_at(std::max(log_->due(), now() + 1));
}

void head_process::opened(head::opened_log all) {
  std::vector<head::record> records;
  for (const head::record_bytes& each : all.records) {
    const result<head::record> read = head::read_record(each);
    check(static_cast<bool>(read), "a record could not be read again");
    records.push_back(*read);
  }
  on_.facts.head_opened(all.number, on_.loop.now());
  head::effects out;
  plane_.emplace(
      head_settings(on_.seed),
      head::control_plane::start{.number = all.number, .new_cluster = 77, .secret_place = "a file"},
      records, now(), out);
  rpc::endpoint_events& hears = *this;
  endpoint_ =
      std::make_unique<rpc::endpoint>(*transport_, world_,
                                      rpc::self{.cluster = plane_->cluster(),
                                                .incarnation = static_cast<std::uint64_t>(self_),
                                                .role = wire::process_role::head,
                                                .build = 1,
                                                .term = static_cast<std::uint64_t>(all.number)},
                                      hears, session_times());
  check(static_cast<bool>(endpoint_->listen(*address::parse(place_of(number_)))),
        "a head could not listen");
  perform(out);
  wake();
}

void head_process::durable(head::position up_to) {
  head::effects out;
  plane_->durable(up_to, now(), out);
  perform(out);
}

void head_process::compacted(bool done) { plane_->compacted(done, now()); }

void head_process::fenced() {
  if (plane_) plane_->fence();
  over_ = true;
}

void head_process::failed(error_info why) {
  throw support::run_failed{"a head's log failed: " + why.message};
}

void head_process::drain(incarnation node, instant left) {
  head::effects out;
  plane_->drain(node, wire::node_reason::asked, left, now(), out);
  perform(out);
  wake();
}

void head_process::opened(rpc::session_id session, const rpc::peer& other) {
  peers_[session.number] = other;
  const incarnation from{other.incarnation};
  // A process speaks on its newest session alone: what lies on an older one is older.
  const auto old = sessions_.find(from);
  const rpc::session_id before = old != sessions_.end() ? old->second : rpc::session_id{};
  sessions_[from] = session;
  if (before) endpoint_->close(before);
}

void head_process::asked(rpc::session_id session, const rpc::arrival& request) {
  const rpc::peer other = peers_.at(session.number);
  const incarnation from{other.incarnation};
  on_.facts.heard(from, on_.loop.now());
  const head::ticket to{++last_ticket_};
  waiting_[to] = {session, request.envelope.number, from, on_.loop.now()};
  head::effects out;
  const wire::message& said = request.envelope.message;
  if (const auto* join = std::get_if<wire::join_request>(&said)) {
    plane_->join(to, from, *join, now(), out);
  } else if (const auto* job = std::get_if<wire::job_request>(&said)) {
    plane_->begin_job(to, from, other.job, *job, now(), out);
  } else if (const auto* view = std::get_if<wire::view_request>(&said)) {
    plane_->ask_view(to, from, view->version, now(), out);
  } else if (std::holds_alternative<wire::confirm_request>(said)) {
    plane_->confirm(to, from, now(), out);
  } else if (const auto* keep = std::get_if<wire::register_request>(&said)) {
    plane_->register_actor(to, from, claim_of(*keep, from, other.job), now(), out);
  } else if (const auto* find = std::get_if<wire::find_request>(&said)) {
    plane_->find(to, from, head::name_key::of(find->space, other.job, find->name), now(), out);
  } else {
    throw support::run_failed{"a head was asked what it does not know"};
  }
  perform(out, to);
}

void head_process::told(rpc::session_id session, const rpc::arrival& notice) {
  const incarnation from{peers_.at(session.number).incarnation};
  on_.facts.heard(from, on_.loop.now());
  head::effects out;
  const wire::message& said = notice.envelope.message;
  if (const auto* health = std::get_if<wire::health_notice>(&said)) {
    plane_->health(from, *health, now(), out);
  } else if (std::holds_alternative<wire::job_end_notice>(said)) {
    plane_->end_job(from, now(), out);
  } else if (const auto* of = std::get_if<wire::actor_notice>(&said)) {
    const wire::actor_standing& so = of->standing;
    const incarnation at = so.process == 0 ? from : incarnation{so.process};
    const head::known_actor* const known = plane_->known().actor(so.actor);
    const bool kills = known != nullptr && known->detached;
    // Of a detached one its spawner says no more than that it is not wanted any more.
    plane_->heard(from, now(), out);
    if (kills) plane_->actor_told(no_incarnation, so.actor, known->epoch, so.state, {}, now(), out);
    else plane_->actor_told(from, so.actor, so.epoch, so.state, at, now(), out);
  } else {
    throw support::run_failed{"a head was told what it does not know"};
  }
  perform(out);
}

void head_process::ended(rpc::session_id session, rpc::session_end why, const std::string&) {
  const auto found = peers_.find(session.number);
  if (found == peers_.end()) return;
  const incarnation from{found->second.incarnation};
  peers_.erase(found);
  const auto current = sessions_.find(from);
  if (current == sessions_.end() || current->second != session) return;
  sessions_.erase(current);
  if (why != rpc::session_end::left) return;
  head::effects out;
  plane_->goodbye(from, now(), out);
  perform(out);
}

void head_process::perform(head::effects& out, head::ticket asked) {
  for (const head::record& each : out.records) {
    if (const auto* death = std::get_if<head::death_record>(&each)) {
      on_.facts.judged(death->process, death->reason, on_.loop.now());
    }
    const auto bytes = head::write_record(each);
    check(static_cast<bool>(bytes), "a record could not be written");
    log_->append(*bytes);
  }
  if (!out.records.empty()) {
    wake();
    if (const auto found = waiting_.find(asked); found != waiting_.end()) {
      found->second.decided = true;
    }
  }
  if (out.snapshot) compact(*out.snapshot);
  for (const head::effects::answer& each : out.answers) give(each);
  for (const head::effects::letter& each : out.letters) send(each);
  for (const incarnation each : out.died) {
    on_.facts.declared(each);
    given_up_.insert(each);
  }
  for (const head::located_actor& each : out.adoptions) {
    building_[each.actor.actor] = {
        .epoch = each.actor.epoch, .node = each.actor.process, .asked = false, .takes_over = true};
  }
  for (const head::known_actor& each : out.rebuilds) building_[each.actor] = {.epoch = each.epoch};
  for (const actor_id& each : out.dismissals) building_.erase(each);
}

void head_process::compact(const std::vector<head::record>& snapshot) {
  head::ledger same(head_settings(on_.seed).deaths_remembered);
  std::vector<head::record_bytes> written;
  for (const head::record& each : snapshot) {
    same.apply(each);
    const auto bytes = head::write_record(each);
    check(static_cast<bool>(bytes), "a record of a snapshot could not be written");
    written.push_back(*bytes);
  }
  check(same == plane_->known(), "a snapshot does not say what the head knows");
  log_->compact(std::move(written));
  wake();
}

void head_process::give(const head::effects::answer& what) {
  const auto found = waiting_.find(what.to);
  check(found != waiting_.end(), "a request was answered twice");
  const waiting of = found->second;
  waiting_.erase(found);
  if (of.decided) on_.facts.decides(plane_->number(), of.asked_at);
  wire::message reply;
  if (const auto* join = std::get_if<wire::join_reply>(&what.what)) {
    if (join->answer == wire::join_answer::accepted) on_.facts.accepts(of.from);
    reply = *join;
  } else if (const auto* job = std::get_if<wire::job_reply>(&what.what)) {
    if (!job->ended) on_.facts.accepts(of.from);
    reply = *job;
  } else if (const auto* confirm = std::get_if<wire::confirm_reply>(&what.what)) {
    if (confirm->counts) on_.facts.accepts(of.from);
    reply = *confirm;
  } else if (const auto* kept = std::get_if<head::registration>(&what.what)) {
    if (kept->answer == wire::register_answer::registered) on_.facts.accepts(of.from);
    wire::register_reply told{.answer = kept->answer, .existing = {}};
    if (kept->existing) told.existing = entry_of(kept->existing->actor);
    reply = told;
  } else if (const auto* finding = std::get_if<head::finding>(&what.what)) {
    wire::find_reply told;
    if (finding->found) told.found = entry_of(finding->found->actor);
    reply = told;
  } else {
    reply = std::get<wire::view_reply>(what.what);
  }
  check(static_cast<bool>(endpoint_->answer(of.session, of.number, reply)),
        "an answer could not be given");
}

void head_process::send(const head::effects::letter& what) {
  const auto found = sessions_.find(what.to);
  if (found == sessions_.end()) return;
  const rpc::session_id to = found->second;
  const auto nothing = [](const result<rpc::arrival>&) {};
  result<void> sent;
  if (const auto* view = std::get_if<wire::view_notice>(&what.what)) {
    // As if the session were full.
    if (numbers_.one_in(20)) return;
    sent = endpoint_->tell(to, *view);
  } else if (const auto* stale = std::get_if<wire::stale_notice>(&what.what)) {
    sent = endpoint_->tell(to, *stale);
  } else if (const auto* drain = std::get_if<wire::drain_request>(&what.what)) {
    sent = taken(endpoint_->ask(to, *drain, nothing));
  } else {
    sent = taken(endpoint_->ask(to, std::get<wire::kill_request>(what.what), nothing));
  }
  check(static_cast<bool>(sent), "a letter could not be sent");
}

void head_process::see_to_buildings() {
  // Who was asked and has died may have built it: the next epoch goes elsewhere, never the same.
  for (const incarnation dead : std::exchange(given_up_, {})) {
    std::map<actor_id, std::uint64_t> lost;
    for (const auto& [actor, one] : building_) {
      if (one.node == dead) lost[actor] = one.epoch;
    }
    for (const auto& [actor, epoch] : lost) {
      building_.erase(actor);
      head::effects out;
      plane_->actor_told(no_incarnation, actor, epoch, wire::actor_state::restarting, {}, now(),
                         out);
      perform(out);
    }
  }
  std::vector<actor_id> waits;
  for (const auto& [actor, one] : building_) {
    if (!one.asked) waits.push_back(actor);
  }
  for (const actor_id& each : waits) ask_to_build(each, building_.at(each));
}

void head_process::ask_to_build(const actor_id& actor, construction& one) {
  const head::known_actor* const known = plane_->known().actor(actor);
  if (known == nullptr || known->epoch != one.epoch) {
    building_.erase(actor);
    return;
  }
  if (one.node == no_incarnation) {
    std::vector<incarnation> nodes;
    for (const auto& [process, entry] : plane_->known().members()) {
      if (!entry.job && sessions_.count(process) != 0) nodes.push_back(process);
    }
    if (nodes.empty()) return;
    one.node = nodes[numbers_.below(nodes.size())];
  }
  // Who was asked once is asked again, and nobody else until it is dead: it may have done it.
  const auto session = sessions_.find(one.node);
  if (session == sessions_.end()) return;
  wire::create_request asks;
  asks.actor = actor;
  asks.epoch = one.epoch;
  asks.takes_over = one.takes_over;
  one.asked = true;
  const auto sent = endpoint_->ask(
      session->second, asks,
      [this, actor, epoch = one.epoch, node = one.node](const result<rpc::arrival>& came) {
        const auto found = building_.find(actor);
        if (found == building_.end() || found->second.epoch != epoch ||
            found->second.node != node) {
          return;
        }
        if (!came) {
          found->second.asked = false;
          return;
        }
        building_.erase(found);
        const auto& reply = std::get<wire::create_reply>(came->envelope.message);
        const bool lives = !std::holds_alternative<wire::handed_back>(reply.built.outcome);
        head::effects out;
        plane_->actor_told(no_incarnation, actor, epoch,
                           lives ? wire::actor_state::alive : wire::actor_state::restarting, node,
                           now(), out);
        perform(out);
        wake();
      });
  check(static_cast<bool>(sent), "a node could not be asked to build");
}

}  // namespace control_plane_test
