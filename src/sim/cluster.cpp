#include "rt/testing/cluster.hpp"

#include <algorithm>
#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "app/participant/participant.hpp"
#include "head/settings.hpp"
#include "rpc/session_options.hpp"
#include "rt/core/error.hpp"
#include "rt/detail/cell.hpp"
#include "rt/detail/function_record.hpp"
#include "rt/detail/leaving_stacks.hpp"
#include "rt/detail/thread_context.hpp"
#include "sim/cluster_harm.hpp"
#include "sim/fault_plan.hpp"
#include "sim/fault_sites.hpp"
#include "sim/network.hpp"
#include "sim/process_clock.hpp"
#include "sim/random_strategy.hpp"
#include "sim/random_stream.hpp"
#include "sim/simulated_disk.hpp"
#include "sim/virtual_environment.hpp"
#include "sim/world.hpp"
#include "sim/world_timeline.hpp"
#include "wire/limits.hpp"

namespace rt::testing {
namespace {

using namespace rt::sim;

constexpr std::size_t log_lines_max = 1'000;
const head::settings of_head{};
const rpc::session_options of_sessions{};
/// The promise: twice the longest that a death and a pause before the next attempt take. A pause is by chance
/// half as long again.
const instant resolved_within =
    2 * (of_head.death_timeout + of_sessions.reconnected_after_max * 3 / 2);
/// What a dead process had borrowed is kept for twice as long as a session lasts without a way.
const instant rest_within = resolved_within + 2 * of_sessions.ended_after;
/// Without a head a death is the end of a session, and asked for when the head has been missed for long.
const instant rest_without_head =
    rest_within + config{}.head_timeout.duration().count() + of_sessions.ended_after;
constexpr instant begin_within = 60'000'000'000;
/// What may be under way beyond what a session takes: the message that fills it, and the answers of actors
/// that had begun before.   Units: bytes.
constexpr std::size_t beyond_full_max = std::size_t{1} << 20;
constexpr instant back_within = 1'000'000'000;
constexpr instant rest_look = 5'000'000;

config completed(config settings, amount cpus) {
  validate(settings);
  // A head and a driver may have none.
  if (!settings.num_cpus) settings.num_cpus = cpus;
  return settings;
}

std::string line_about(const world::step& step) {
  return std::to_string(step.number) + " " + std::to_string(step.now) + " ns process " +
         std::to_string(step.next.group()) + " \"" + step.next.name() + "\" " +
         to_string(step.next.pending().kind);
}

}  // namespace

struct cluster::state {
  /// One incarnation of a process.
  struct process {
    std::unique_ptr<virtual_environment> world;
    std::unique_ptr<simulated_transport> transport;
    std::unique_ptr<storage> disk;
    std::unique_ptr<app::participant> part;
    /// Is to end, and has ended.
    bool ends = false;
    bool over = false;
    bool killed = false;
  };

  explicit state(cluster_options with)
      : options(std::move(with)),
        chooser(options.seed),
        around(chooser, {.steps_max = options.steps_max, .between_atomics = false}),
        time(around, options.seed),
        net(time, network_of(options)),
        head_disk(time, {.seed = options.seed}) {}

  ~state() {
    // Where a run has failed, or a process was killed, fibers lie in the middle of what these hold.
    for (auto& [number, each] : processes) {
      if (!each->over || each->killed) keep_for_ever(std::move(each));
    }
    for (auto& each : graves) keep_for_ever(std::move(each));
  }

  static void keep_for_ever(std::unique_ptr<process> dead) {
    static auto& all = *new std::vector<std::unique_ptr<process>>;
    all.push_back(std::move(dead));
  }

  unsigned driver_number() const noexcept { return options.nodes + 1; }

  std::string address_of(unsigned number) const { return "sim://" + std::to_string(number) + ":1"; }

  /// Null for one whose clock is right.
  const process_clock* clock_of(unsigned number) const {
    const auto found = clocks.find(number);
    return found != clocks.end() ? &found->second : nullptr;
  }

  process& make(unsigned number) {
    starting.erase(number);
    auto made = std::make_unique<process>();
    process& one = *made;
    one.ends = ending;
    one.world = std::make_unique<virtual_environment>(
        around, options.seed, number + 1'000 * ++incarnations,
        [this, number](const std::string& line) {
          if (log.size() < log_lines_max) log.push_back(std::to_string(number) + ": " + line);
        },
        clock_of(number));
    const auto ready = [&one] {
      if (one.part != nullptr) one.part->ready();
      one.world->nudge();
    };
    one.transport = net.attach(number, ready);
    if (number == 0) one.disk = head_disk.attach(ready);
    if (const auto before = processes.find(number); before != processes.end()) {
      // Its memory stays: fibers of it lie in their middle.
      graves.push_back(std::move(before->second));
    }
    processes[number] = std::move(made);
    return one;
  }

  app::participant& begin(process& one, unsigned number) {
    app::participant_options made;
    made.role = number == 0                 ? wire::process_role::head
                : number == driver_number() ? wire::process_role::driver
                                            : wire::process_role::node;
    made.settings = number == 0                 ? completed({}, 0)
                    : number == driver_number() ? completed(options.driver, 0)
                                                : completed(options.node, 2);
    made.listen = address_of(number);
    made.head = number == 0 ? std::string() : address_of(0);
    made.name = "process " + std::to_string(number) + " life " + std::to_string(incarnations);
    made.disk = options.head_keeps_log ? one.disk.get() : nullptr;
    made.sessions.in_flight_bytes_max = options.in_flight_bytes_max;
    made.over = [this, number, life = &one](bool anew) { ended(number, life, anew); };
    one.part = std::make_unique<app::participant>(*one.world, *one.transport, made);
    return *one.part;
  }

  void set_clocks();
  instant by_any_clock(instant length) const;
  void kill(unsigned number);
  void forget(unsigned number);
  void lose_power(unsigned number);
  void follow_plan();
  void start(unsigned number);
  void serve(unsigned number);
  void end_all();
  void end_driver_here();
  void bury_driver();
  void wait_for_rest();
  std::string left_over() const;
  void check_in_flight();
  bool wait_for_nodes(unsigned count, instant within);
  bool drain(unsigned number, instant within);
  void ended(unsigned number, const process* life, bool anew);
  void drive(cluster& self, const std::function<void(cluster&)>& program);

  cluster_options options;
  random_strategy chooser;
  world around;
  world_timeline time;
  sim::network net;
  sim::simulated_disk head_disk;
  /// Of machines whose clocks are not right: they outlive the processes.
  std::map<unsigned, process_clock> clocks;
  std::map<unsigned, std::unique_ptr<process>> processes;
  std::vector<std::unique_ptr<process>> graves;
  std::vector<std::string> log;
  /// Those whose first fiber has not run yet.
  std::set<unsigned> starting;
  /// What is to befall it, and in which own sites fire where nobody has chosen it.
  cluster_harm harm;
  std::optional<fault_sites> own_sites;
  /// Those that begin anew once they have left.
  std::set<unsigned> come_back;
  bool program_over = false;
  bool ending = false;
  std::uint64_t incarnations = 0;
};

cluster::cluster(cluster_options options) : state_(new state(std::move(options))) {}
cluster::~cluster() = default;

bool cluster::is_harmed() const noexcept {
  const cluster_harm& harm = state_->harm;
  return !harm.plan.faults.empty() || (harm.sites != nullptr && !harm.sites->none());
}
unsigned cluster::nodes() const noexcept { return state_->options.nodes; }
unsigned cluster::driver() const noexcept { return state_->driver_number(); }

traffic cluster::traffic_of(unsigned process) const {
  const process_traffic counted = state_->net.traffic_of(process);
  return {.frames_sent = counted.frames_taken, .frames_received = counted.frames_received};
}

void cluster::state::serve(unsigned number) {
  process& one = make(number);
  app::participant& part = begin(one, number);
  while (!one.ends) around.sleep({point_kind::user, &one}, never);
  if (const std::string stays = part.leave(); !stays.empty()) around.fail(stays);
  one.over = true;
  around.wake({point_kind::user, &processes}, UINT32_MAX);
  if (ending || come_back.count(number) == 0) return;
  time.at(around.now() + back_within, [this, number] {
    if (!ending) start(number);
  });
}

/// Each begins anywhere, so that who compares two of them is found out.
void cluster::state::set_clocks() {
  for (const fault& each : harm.plan.faults) {
    const bool loses = each.kind == fault_kind::clock_lag;
    if (!loses && each.kind != fault_kind::clock_drift) continue;
    constexpr instant offset_max = 40LL * 24 * 3600 * 1'000'000'000;
    random_stream numbers(options.seed, 200 + each.one);
    const std::int64_t gained = loses ? -std::int64_t{each.rate_ppm} : std::int64_t{each.rate_ppm};
    clocks.try_emplace(each.one, time, numbers.between(0, offset_max), gained);
  }
}

/// Returns how long may pass by whoever has the slowest clock until so much has passed by his.
instant cluster::state::by_any_clock(instant length) const {
  std::int64_t lost = 0;
  for (const fault& each : harm.plan.faults) {
    if (each.kind == fault_kind::clock_lag) lost = std::max<std::int64_t>(lost, each.rate_ppm);
  }
  if (lost == 0) return length;
  constexpr std::int64_t million = 1'000'000;
  // Rounded up: lengths are of nanoseconds, so that this is next to nothing.
  return (length / (million - lost) + 1) * million;
}

/// Begins what is to befall head, nodes, driver and network.
void cluster::state::follow_plan() {
  fault_plan& plan = harm.plan;
  for (fault& each : plan.faults) {
    each.begin += around.now();
    each.end += around.now();
    // The network's part of a pause is done by the plan; the fibers' is ours.
    if (each.kind != fault_kind::pause) continue;
    time.at(each.begin, [this, each] { around.pause(each.one); });
    time.at(each.end, [this, each] { around.resume(each.one); });
  }
  plan.healed_at += around.now();
  // Some nodes are let go, and begin anew when the harm has ended.
  random_stream numbers(options.seed, 32);
  if (!plan.faults.empty() && numbers.one_in(4)) {
    const auto node = static_cast<unsigned>(1 + numbers.below(options.nodes));
    const instant when = numbers.between(around.now(), plan.healed_at);
    const instant within = numbers.between(1, plan.healed_at - around.now());
    time.at(when, [this, node, within] { static_cast<void>(drain(node, within)); });
    come_back.insert(node);
  }
  // A hang is a bug: once faults have stopped all resolves in bounded time.
  const instant within = by_any_clock(resolved_within + options.own_time.count());
  time.at(plan.healed_at + within, [this] {
    if (!program_over) around.fail("the program waits still, long after the harm:" + left_over());
  });
  time.at(plan.healed_at, [this] { harm.sites->calm(); });
  follow(plan, time, net,
         {.crashed = [this](process_number dead) { forget(dead); },
          .begins_anew = [this](process_number anew) { start(anew); },
          .power_lost =
              [this](process_number machine) {
                if (machine == 0) head_disk.lose_power();
              },
          .disk_full =
              [this](process_number machine, bool full) {
                if (machine == 0) head_disk.set_full(full);
              },
          .disk_slow =
              [this](process_number machine, std::chrono::nanoseconds more) {
                if (machine == 0) head_disk.set_slow(more);
              }});
}

void cluster::state::drive(cluster& self, const std::function<void(cluster&)>& program) {
  process& one = make(driver_number());
  app::participant& part = begin(one, driver_number());
  rt::detail::this_context().runtime = &part.engine();
  std::exception_ptr thrown;
  try {
    if (options.waits_for_nodes && !wait_for_nodes(options.nodes, begin_within)) {
      throw std::runtime_error("the nodes have not joined");
    }
    if (harm.sites != nullptr) follow_plan();
    program(self);
  } catch (...) {
    thrown = std::current_exception();
  }
  program_over = true;
  if (thrown == nullptr) wait_for_rest();
  check_in_flight();
  const std::string stays = part.leave();
  rt::detail::this_context().runtime = nullptr;
  one.over = true;
  end_all();
  if (thrown) std::rethrow_exception(thrown);
  if (!stays.empty()) around.fail(stays);
}

/// Has whoever still lives leave.   Thread: a fiber that is of none of them.
void cluster::state::end_all() {
  ending = true;
  for (auto& [number, each] : processes) {
    each->ends = true;
    around.wake({point_kind::user, each.get()}, UINT32_MAX);
  }
  for (auto& [number, each] : processes) {
    while (!each->over) around.sleep({point_kind::user, &processes}, never);
  }
  time.stop();
}

/// Who runs cannot end itself: another does, before it goes on.
void cluster::state::end_driver_here() {
  time.at(around.now(), [this] { kill(driver_number()); });
  around.sleep({point_kind::user, &options}, never);
}

/// The driver is dead, and its program with it: nothing of it may be left anywhere, and the others end.
void cluster::state::bury_driver() {
  program_over = true;
  around.start(of_no_process, "end", [this] {
    wait_for_rest();
    check_in_flight();
    end_all();
  });
}

void cluster::kill(unsigned process) {
  if (process == driver()) state_->end_driver_here();
  state_->kill(process);
}
void cluster::lose_power(unsigned process) {
  if (process == driver()) state_->end_driver_here();
  state_->lose_power(process);
}
void cluster::set_head_disk_full(bool full) { state_->head_disk.set_full(full); }
void cluster::set_head_disk_slow(std::chrono::nanoseconds more) {
  state_->head_disk.set_slow(more);
}
void cluster::start(unsigned process) { state_->start(process); }

bool cluster::drain(unsigned process, std::chrono::nanoseconds within) {
  return state_->drain(process, within.count());
}

void cluster::pause(unsigned process) {
  state_->net.pause(process);
  state_->around.pause(process);
}

void cluster::resume(unsigned process) {
  state_->around.resume(process);
  state_->net.resume(process);
}

void cluster::partition(unsigned one, unsigned other) { state_->net.partition(one, other); }
void cluster::partition_one_way(unsigned from, unsigned to) {
  state_->net.partition_one_way(from, to);
}
void cluster::clog(unsigned from, unsigned to, std::chrono::nanoseconds length) {
  state_->net.clog(from, to, length);
}
void cluster::isolate(unsigned process) { state_->net.isolate(process); }
void cluster::heal() { state_->net.heal(); }

void cluster::state::kill(unsigned number) {
  net.crash(number);
  forget(number);
}

void cluster::state::lose_power(unsigned number) {
  kill(number);
  if (number == 0) head_disk.lose_power();
}

/// The network has forgotten it already.
void cluster::state::forget(unsigned number) {
  around.kill(number);
  starting.erase(number);
  process& dead = *processes.at(number);
  dead.killed = true;
  dead.over = true;
  dead.disk = nullptr;
  around.wake({point_kind::user, &processes}, UINT32_MAX);
  if (number == driver_number()) bury_driver();
}

void cluster::state::start(unsigned number) {
  // Its program has begun once for all.
  if (number == driver_number()) return;
  // One that lives, or is about to, is not begun once more.
  process& before = *processes.at(number);
  if (!before.over || !starting.insert(number).second) return;
  if (!before.killed) net.crash(number);  // it has left
  around.start(number, "process", [this, number] { serve(number); });
}

bool cluster::wait_for_nodes(unsigned count, std::chrono::nanoseconds limit) {
  return state_->wait_for_nodes(count, limit.count());
}

bool cluster::state::wait_for_nodes(unsigned count, instant within) {
  const instant until = around.now() + within;
  app::participant& part = *processes.at(driver_number())->part;
  while (part.nodes_alive() != count) {
    if (around.now() >= until) return false;
    around.sleep({point_kind::user, this}, around.now() + rest_look);
  }
  return true;
}

bool cluster::state::drain(unsigned number, instant within) {
  const auto found = processes.find(number);
  process& head = *processes.at(0);
  if (found == processes.end() || found->second->over || found->second->part == nullptr ||
      head.over || head.part == nullptr) {
    return false;
  }
  // Nobody else is in the midst of a turn: turns end before a fiber gives way.
  const bool lives = head.part->drain(found->second->part->incarnation(), within);
  head.part->ready();
  head.world->nudge();
  return lives;
}

/// A node that has drained, or finds no cluster, leaves as one should. Who is told that it counts no more
/// ends at once, and begins anew.
void cluster::state::ended(unsigned number, const process* life, bool anew) {
  time.at(around.now(), [this, number, life, anew] {
    const auto found = processes.find(number);
    if (found == processes.end() || found->second.get() != life || life->over) return;
    if (!anew && number != 0 && number != driver_number()) {
      found->second->ends = true;
      around.wake({point_kind::user, found->second.get()}, UINT32_MAX);
      return;
    }
    if (number == driver_number()) around.fail("the cluster takes the driver for dead");
    kill(number);
    if (anew) start(number);
  });
}

std::string cluster::state::left_over() const {
  std::string left;
  for (const auto& [number, each] : processes) {
    if (each->over || each->part == nullptr) continue;
    const std::string what = each->part->left_over();
    if (!what.empty()) left += "\n  process " + std::to_string(number) + ":" + what;
  }
  return left;
}

/// Whoever reads slowly, or not at all, has others keep what they have for it.
void cluster::state::check_in_flight() {
  for (const auto& [number, each] : processes) {
    if (each->over || each->part == nullptr) continue;
    // Of each slot what ran, and what began before that was answered.
    const auto slots = static_cast<std::size_t>(options.node.num_cpus.value_or(2).to_double());
    const std::size_t of_slots = 2 * slots * wire::limits::inline_bytes_max;
    const std::size_t most = each->part->in_flight_most();
    if (most <= options.in_flight_bytes_max + beyond_full_max + of_slots) continue;
    around.fail("process " + std::to_string(number) + " had " + std::to_string(most) +
                " bytes under way to another, of " + std::to_string(options.in_flight_bytes_max));
  }
}

/// Nothing is left anywhere once program and harm have ended and what was said has been heard.
void cluster::state::wait_for_rest() {
  const bool has_head = !processes.at(0)->over;
  const instant begin = std::max(around.now(), harm.plan.healed_at);
  const instant until = begin + by_any_clock(has_head ? rest_within : rest_without_head);
  for (;;) {
    const std::string left = left_over();
    if (left.empty()) return;
    if (around.now() >= until) around.fail("left over at rest:" + left);
    around.sleep({point_kind::user, this}, around.now() + rest_look);
  }
}

sim::report cluster::run(const std::function<void(cluster&)>& program) {
  state& all = *state_;
  std::optional<fault_sites::active> sites;
  if (all.options.faults && all.harm.sites == nullptr) {
    all.harm = {.plan = for_nodes(plan_for(all.options), all.options.nodes),
                .sites = &all.own_sites.emplace(all.options.seed)};
    sites.emplace(*all.own_sites);
  }
  all.set_clocks();
  rt::detail::forget_paces();
  const std::int64_t cells_before = rt::detail::cells_alive();
  if (all.options.watch) {
    all.around.watch([&](const world::step& step) { all.options.watch(line_about(step)); });
  }
  for (unsigned number = 0; number <= all.options.nodes; ++number) {
    all.around.start(number, "process", [&all, number] { all.serve(number); });
  }
  all.around.start(driver(), "driver", [&] { all.drive(*this, program); });
  rt::detail::let_stacks_leave(false);
  all.around.run();
  rt::detail::let_stacks_leave(true);

  for (auto& [number, each] : all.processes) {
    if (each->over && !each->killed) each->part = nullptr;
  }
  sim::report result;
  result.seed = all.options.seed;
  result.failure = all.around.failure();
  const std::int64_t left = rt::detail::cells_alive() - cells_before;
  bool killed = !all.graves.empty();
  for (const auto& [number, each] : all.processes) killed = killed || each->killed;
  if (result.failure.empty() && !killed && left != 0) {
    result.failure = std::to_string(left) + " cells are left over at the end";
  }
  result.trace_hash = all.around.hash() ^ all.net.hash();
  result.steps = all.around.steps();
  result.virtual_time = std::chrono::nanoseconds(all.around.now());
  result.log = std::move(all.log);
  result.warnings = all.around.warnings();
  return result;
}

}  // namespace rt::testing

namespace rt::sim {

void befall(testing::cluster& harmed, const cluster_harm& chosen) { harmed.state_->harm = chosen; }

}  // namespace rt::sim
