#include "app/participant/participant.hpp"

#include <rt/core/error.hpp>

#include <algorithm>
#include <utility>

namespace rt::app {
inline namespace RT_LANE_VARIANT {

namespace {

/// Frames taken in one turn.
constexpr unsigned frames_max = 64;

}  // namespace

participant::participant(environment& world, transport& over, const participant_options& options)
    : world_(world),
      options_(options),
      engine_(world, options.settings),
      board_(world),
      endpoint_(over, world,
                {.cluster = options.cluster,
                 .incarnation = engine_.incarnation(),
                 .role = options.role,
                 .build = 1},
                board_, rpc::session_options{}),
      objects_(engine_, board_, names_),
      sender_(engine_, board_, names_, objects_, job_id{engine_.incarnation(), 0}),
      runner_(engine_, board_, names_, objects_,
              {.freed =
                   [this](wire::slot_place slot) {
                     if (leases_ != nullptr) leases_->freed(slot);
                   },
               .cancel_carried =
                   [this](rpc::session_id owner, const wire::attempt_name& task) {
                     return leases_ != nullptr && leases_->cancel_carried(owner, task);
                   }}) {
  board_.connect(endpoint_);
  board_.route({wire::message_kind::names_notice}, names_);
  if (options.role == wire::process_role::node) {
    leases_ = std::make_unique<node::lease_keeper>(
        world, board_, engine_.total(),
        node::slot_commands{
            .open = [this](rpc::session_id owner, wire::slot_place slot,
                           const resource_set& demand) { runner_.open(owner, slot, demand); },
            .take_carried =
                [this](rpc::session_id owner, wire::slot_place slot,
                       std::span<const wire::task_header* const> tasks) {
                  runner_.take_carried(owner, slot, tasks);
                },
            .close = [this](wire::slot_place slot) { runner_.close(slot); }});
    sender_.keep(2 * static_cast<std::size_t>(options.settings.num_cpus->ten_thousandths() /
                                              amount::per_one));
  }
  const result<rt::address> at = rt::address::parse(options.listen);
  const result<rt::address> reached = at ? endpoint_.listen(*at) : at;
  if (!reached) throw config_error(reached.error().message);
  address_ = reached->text();
  objects_.set_address(address_);
  engine_.attend_to(*this, objects_);
}

participant::~participant() = default;

wire::node_entry participant::describe() {
  wire::node_entry made;
  made.node = {engine_.incarnation(), 0};
  made.incarnation = engine_.incarnation();
  made.state = wire::node_state::alive;
  made.address = address_;
  if (leases_ != nullptr) {
    made.total = leases_->total();
    made.available = leases_->available();
    made.waiting = leases_->waiting();
  }
  return made;
}

void participant::take_view(const std::vector<wire::node_entry>& view) {
  sender_.take_view(view);
  if (leases_ == nullptr) return;
  std::vector<sched::node_view> others;
  for (const wire::node_entry& each : view) {
    if (each.state != wire::node_state::alive || each.incarnation == engine_.incarnation()) continue;
    others.push_back({.node = each.node,
                      .total = each.total,
                      .available = each.available,
                      .waiting = each.waiting});
  }
  leases_->take_view(std::move(others));
}

std::string participant::left_over() const {
  std::string what;
  if (!sender_.empty()) what += " own tasks elsewhere,";
  if (!runner_.empty()) what += " tasks or slots of others,";
  if (!objects_.empty()) what += " objects known in several processes,";
  if (leases_ != nullptr && !leases_->empty()) what += " leases,";
  if (leases_ != nullptr && !leases_->all_free()) what += " resources that are taken,";
  if (!what.empty()) what.pop_back();
  return what;
}

std::string participant::leave() {
  std::string stays = engine_.shut_down();
  return stays;
}

bool participant::has_news() const noexcept {
  return ready_.load(std::memory_order_acquire) || sender_.has_news() || runner_.has_news() ||
         objects_.has_news();
}

bool participant::attend(deferred& later) {
  ready_.store(false, std::memory_order_seq_cst);
  bool more = endpoint_.poll(frames_max);
  if (leases_ != nullptr) leases_->attend();
  objects_.attend(later);
  runner_.attend(later);
  sender_.attend(later);
  // What was added leaves now.
  more = endpoint_.poll(frames_max) || more;
  return more || has_news();
}

instant participant::due() const noexcept {
  instant first = std::min({endpoint_.due(), sender_.due(), objects_.due()});
  if (leases_ != nullptr) first = std::min(first, leases_->due());
  return first;
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::app
