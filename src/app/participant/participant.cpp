#include "app/participant/participant.hpp"

#include "head/file_log.hpp"
#include "head/memory_log.hpp"

#include <rt/core/error.hpp>

#include <algorithm>
#include <utility>

namespace rt::app {
inline namespace RT_LANE_VARIANT {

namespace {

/// Frames taken in one turn.
constexpr unsigned frames_max = 64;
/// How often others are asked whether they live, where there is no head.
constexpr instant signs_every = 1'000'000'000;
const char* const log_file = "head.log";

/// What there is of each by both: own tasks of a node take what it has not granted to others.
resource_set least_of(const resource_set& one, const resource_set& other) {
  resource_set least;
  for (const resource& each : one) {
    least.insert({each.name, std::min(each.amount, other[each.name])});
  }
  return least;
}

}  // namespace

participant::participant(environment& world, transport& over, const participant_options& options)
    : world_(world),
      options_(options),
      engine_(world, options.settings),
      board_(world, options.role),
      endpoint_(over, world,
                {.cluster = 0,
                 .incarnation = engine_.incarnation(),
                 .role = options.role,
                 .build = 1,
                 .versions = options.versions},
                board_, options.sessions),
      objects_(engine_, board_, names_),
      sender_(engine_, board_, names_, objects_, job_id{engine_.incarnation(), 0}),
      runner_(engine_, board_, names_, objects_,
              {.freed =
                   [this](wire::slot_place slot) {
                     if (leases_ != nullptr) leases_->freed(slot);
                   },
               .lend =
                   [this](wire::slot_place slot, bool lent) {
                     if (leases_ != nullptr) leases_->lend(slot, lent);
                   },
               .is_free_elsewhere =
                   [this](const resource_set& demand) {
                     return leases_ != nullptr && leases_->is_free_elsewhere(demand);
                   },
               .cancel_carried =
                   [this](rpc::session_id owner, const wire::attempt_name& task) {
                     return actors_.cancel_call(owner, task) ||
                            (leases_ != nullptr && leases_->cancel_carried(owner, task));
                   }}),
      actors_(engine_, board_, names_, objects_, job_id{engine_.incarnation(), 0},
              {.demand_of =
                   [this](wire::slot_place place) {
                     return leases_ != nullptr ? leases_->demand_of_place(place) : nullptr;
                   },
               .freed =
                   [this](wire::slot_place place) {
                     if (leases_ != nullptr) leases_->place_freed(place);
                   }}) {
  board_.connect(endpoint_);
  board_.route({wire::message_kind::names_notice}, names_);
  if (options.role == wire::process_role::head) {
    begin_as_head();
  } else {
    listen();
    if (options.role == wire::process_role::node) begin_as_node();
    begin_as_member();
  }
  engine_.attend_to(*this, objects_, actors_);
  engine_.want_turn();
}

participant::~participant() = default;

void participant::listen() {
  const result<rt::address> at = rt::address::parse(options_.listen);
  const result<rt::address> reached = at ? endpoint_.listen(*at) : at;
  if (!reached && !options_.listens) throw config_error(reached.error().message);
  if (reached) {
    address_ = reached->text();
    objects_.reached_at(address_);
  }
  if (!options_.listens) return;
  if (reached) options_.listens(address_);
  else options_.listens(reached.error());
}

void participant::begin_as_head() {
  std::unique_ptr<head::record_log> log;
  if (options_.make_log) {
    log = options_.make_log();
  } else if (options_.disk != nullptr) {
    log = std::make_unique<head::file_log>(*options_.disk, log_file, head::file_log_options{});
  } else {
    log = std::make_unique<head::memory_log>(std::make_shared<head::shared_records>());
  }
  head_ = std::make_unique<head::head_keeper>(
      world_, board_, options_.times, std::move(log),
      head::process_names{.number_of =
                              [this](rpc::session_id session, const head::located_process& named) {
                                wire::names_notice to_tell;
                                const wire::process_number number = names_.of(session).number_of(
                                    {.incarnation = static_cast<std::uint64_t>(named.process),
                                     .address = named.address},
                                    to_tell);
                                if (!to_tell.processes.empty()) {
                                  static_cast<void>(endpoint_.tell(session, to_tell));
                                }
                                return number;
                              },
                          .process_at =
                              [this](rpc::session_id session, wire::process_number number) {
                                const auto* named = names_.of(session).find_process(number);
                                return rt::incarnation{named != nullptr ? named->incarnation : 0};
                              }},
      head::head_news{.ready =
                          [this](std::uint64_t cluster, head::term number) {
                            endpoint_.set_cluster(cluster);
                            endpoint_.set_term(static_cast<std::uint64_t>(number));
                            listen();
                          },
                      // Its session stays: one that comes back is told by the control plane.
                      .died =
                          [this](rt::incarnation dead) {
                            actors_.for_head().host_died(static_cast<std::uint64_t>(dead));
                          },
                      .over =
                          [this](const std::string& why) {
                            world_.log("this head ends: " + why);
                            if (options_.over) options_.over(false);
                          }},
      orders_of_head());
  actors_.for_head().tell_head_by([this](const worker::detached_standing& told) {
    head_->actor_told(told.id, static_cast<std::uint64_t>(told.epoch), told.state,
                      rt::incarnation{told.host});
  });
}

head::detached_orders participant::orders_of_head() {
  const auto of = [](const head::known_actor& actor) {
    return worker::detached_actor{.id = actor.actor,
                                  .epoch = wire::epoch_number{actor.epoch},
                                  .name = actor.name,
                                  .space = actor.space,
                                  .job = actor.job,
                                  .recipe = actor.recipe.value_or(wire::actor_recipe{})};
  };
  worker::actor_spawner& owner = actors_.for_head();
  return {.expect = [&owner, of](const head::known_actor& actor) { owner.expect(of(actor)); },
          .adopt =
              [&owner, of](const head::located_actor& actor) {
                owner.adopt(of(actor.actor), static_cast<std::uint64_t>(actor.process.process),
                            actor.process.address);
              },
          .build = [&owner, of](const head::known_actor& actor) { owner.build(of(actor)); },
          .dismiss = [&owner](const actor_id& actor) { owner.dismiss(actor); }};
}

/// A head's own process asks nodes for places, as others do.
void participant::take_view_of_head() {
  const head::control_plane* const plane = head_->plane();
  if (plane == nullptr || plane->view().version() == seen_version_) return;
  seen_version_ = plane->view().version();
  std::vector<wire::node_entry> nodes;
  for (const auto& [process, entry] : plane->known().members()) {
    const wire::node_entry* const told = plane->view().find(process);
    if (told != nullptr && !told->job) nodes.push_back(*told);
  }
  actors_.take_view(nodes);
}

void participant::begin_as_node() {
  leases_ = std::make_unique<node::lease_keeper>(
      world_, board_, engine_.total(),
      node::slot_commands{
          .keep_carried = [this](
                              rpc::session_id owner,
                              const wire::task_header& task) { runner_.keep_carried(owner, task); },
          .let_go = [this](rpc::session_id owner,
                           const wire::attempt_name& task) { runner_.let_go(owner, task); },
          .open = [this](rpc::session_id owner, wire::slot_place slot,
                         const resource_set& demand) { runner_.open(owner, slot, demand); },
          .run_carried =
              [this](rpc::session_id owner, wire::slot_place slot,
                     std::span<const wire::attempt_name> tasks) {
                runner_.run_carried(owner, slot, tasks);
              },
          .close = [this](wire::slot_place slot) { runner_.close(slot); },
          .leave_place = [this](wire::slot_place place) { actors_.leave(place); }});
  // What its own slots are through with soon is not worth a journey.
  sender_.keep(2 * static_cast<std::size_t>(options_.settings.num_cpus->ten_thousandths() /
                                            amount::per_one));
}

void participant::begin_as_member() {
  const bool driver = options_.role == wire::process_role::driver;
  speaks_.store(false, std::memory_order_relaxed);
  membership_ = std::make_unique<node::membership_keeper>(
      world_, board_, describe(), options_.head,
      driver ? job_id{engine_.incarnation(), 0} : job_id{},
      options_.settings.head_timeout.is_forever()
          ? never
          : options_.settings.head_timeout.duration().count(),
      node::membership_news{
          .view_changed =
              [this](const node::membership::known_cluster& cluster) { take_view(cluster); },
          .died =
              [this](rt::incarnation dead) {
                board_.declare_dead(static_cast<std::uint64_t>(dead));
              },
          .drain =
              [this](instant until) {
                drains_until_ = until;
                if (leases_ != nullptr) leases_->drain();
              },
          .without_head = [this](const std::optional<error_info>& why) { lose_head(why); },
          .hosted = [this] { return actors_.detached_here(); },
          .over =
              [this](bool begins_anew) {
                if (options_.over) options_.over(begins_anew);
              }});
}

wire::node_entry participant::describe() {
  wire::node_entry made;
  made.node = {engine_.incarnation(), 0};
  made.incarnation = engine_.incarnation();
  made.name = options_.name;
  made.address = address_;
  if (leases_ != nullptr) {
    made.total = leases_->total();
    made.available = leases_->available();
  } else {
    made.job = {engine_.incarnation(), 0};
  }
  return made;
}

void participant::take_view(const node::membership::known_cluster& cluster) {
  std::vector<wire::node_entry> nodes;
  std::vector<sched::node_view> others;
  unsigned alive = 0;
  for (const auto& [process, entry] : cluster.entries()) {
    if (entry.job || entry.state != wire::node_state::alive) continue;
    ++alive;
    if (entry.incarnation == engine_.incarnation()) continue;
    nodes.push_back(entry);
    others.push_back({.node = entry.node,
                      .total = entry.total,
                      .available = entry.available,
                      .waiting = entry.waiting});
  }
  sender_.take_view(nodes);
  actors_.take_view(nodes);
  if (leases_ != nullptr) leases_->take_view(std::move(others));
  nodes_alive_.store(alive, std::memory_order_release);
}

void participant::lose_head(const std::optional<error_info>& why) {
  without_head_ = why;
  sender_.without_head(why);
  actors_.without_head(why);
  headless_.store(why.has_value(), std::memory_order_release);
  signs_at_ = why ? world_.now() : never;
  if (options_.without_head) options_.without_head(why);
}

/// Without a head nobody tells who has died: each finds it out for those that it speaks with.
void participant::see_to_signs(instant now) {
  if (now < signs_at_) return;
  signs_at_ = now + signs_every;
  endpoint_.ask_for_signs();
}

void participant::tell_health() {
  if (leases_ == nullptr) return;
  wire::health_notice now_so;
  now_so.available = least_of(leases_->available(), engine_.free());
  now_so.waiting = leases_->waiting();
  now_so.tasks_running = runner_.running() + actors_.running();
  if (now_so == health_) return;
  health_ = now_so;
  membership_->changed(now_so);
}

void participant::begin_to_leave() {
  const instant left = leaves_within_.exchange(never, std::memory_order_relaxed);
  if (left == never) return;
  if (membership_ != nullptr && membership_->leave_within(left)) return;
  // Nobody has taken it in: there is nothing of others here.
  if (options_.over) options_.over(false);
}

void participant::see_to_drain(instant now) {
  if (drains_until_ == never) return;
  // Results that nobody has acknowledged may be lost with it.
  if (now < drains_until_ && !(left_over().empty() && endpoint_.settled())) return;
  drains_until_ = never;
  if (options_.over) options_.over(false);
}

std::string participant::left_over() const {
  std::string what;
  if (!sender_.empty()) what += " own tasks elsewhere,";
  if (!runner_.empty()) what += " tasks or slots of others,";
  what += actors_.left_over();
  if (!objects_.empty()) what += " objects known in several processes,";
  if (head_ != nullptr && head_->keeps_actors()) what += " actors that have names,";
  if (leases_ != nullptr && !leases_->empty()) what += " leases,";
  if (leases_ != nullptr && !leases_->all_free()) what += " resources that are taken,";
  if (!what.empty()) what.pop_back();
  return what;
}

std::string participant::leave() {
  std::string stays = engine_.shut_down();
  if (!stays.empty()) return stays;
  // No thread of the engine's is left.
  leaving_ = true;
  if (membership_ != nullptr) membership_->leave();
  static_cast<void>(endpoint_.poll(frames_max));
  return stays;
}

bool participant::has_news() const noexcept {
  if (ready_.load(std::memory_order_acquire)) return true;
  if (!speaks_.load(std::memory_order_acquire)) {
    return headless_.load(std::memory_order_acquire) &&
           (sender_.has_news() || actors_.has_unheard());
  }
  return sender_.has_news() || runner_.has_news() || objects_.has_news() || actors_.has_news();
}

bool participant::attend(deferred& later) {
  ready_.store(false, std::memory_order_seq_cst);
  if (membership_ != nullptr) {
    membership_->attend();
    begin_to_leave();
    const bool speaks = membership_->may_speak();
    if (speaks && !std::exchange(told_joined_, true) && options_.joined) options_.joined();
    speaks_.store(speaks, std::memory_order_release);
    if (speaks) endpoint_.speak_only_on({});
    else endpoint_.speak_only_on(membership_->head());
  }
  bool more = endpoint_.poll(frames_max);
  if (head_ != nullptr) {
    more = head_->attend(!more) || more;
    take_view_of_head();
  }
  if (membership_ != nullptr) actors_.head_is(membership_->taken_in_by());
  if (speaks_.load(std::memory_order_relaxed)) {
    if (leases_ != nullptr) leases_->attend();
    objects_.attend(later);
    runner_.attend(later);
    sender_.attend(later);
    actors_.attend(later);
    if (membership_ != nullptr) tell_health();
  } else if (headless_.load(std::memory_order_relaxed)) {
    sender_.attend_unheard(later);
    actors_.attend_unheard(later);
  }
  see_to_drain(world_.now());
  see_to_signs(world_.now());
  // What was added leaves now.
  more = endpoint_.poll(frames_max) || more;
  // Whoever has something for a session that is not full any more, says it in the next turn.
  return more || endpoint_.made_room() || has_news();
}

instant participant::due() const noexcept {
  instant first = std::min(endpoint_.due(), signs_at_);
  if (head_ != nullptr) first = std::min(first, head_->due());
  if (membership_ != nullptr) first = std::min(first, membership_->due());
  if (!speaks_.load(std::memory_order_relaxed)) return first;
  if (leases_ != nullptr) first = std::min(first, leases_->due());
  return std::min(
      {first, sender_.due(), runner_.due(), objects_.due(), actors_.due(), drains_until_});
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::app
