#include "core/fault_site.hpp"
#include "core/planted_bug.hpp"
#include "rpc/session_numbers.hpp"
#include "worker/remote/call_options.hpp"
#include "worker/remote/leaving_task.hpp"
#include "worker/remote/task_sender.hpp"
#include "worker/runtime_engine.hpp"

#include <rt/core/error.hpp>
#include <rt/detail/archive.hpp>

#include <utility>
#include <variant>

// From what was decided to what is said: requests, pushes, and the other letters of an owner.

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

using attempts::owner_index;
using rpc::number_of;
using rpc::session_of;

namespace {

/// Well below a frame's limit.   Units: bytes.
constexpr std::size_t push_bytes_max = std::size_t{256} << 10;

}  // namespace

void task_sender::leaving::write() noexcept {
  try {
    detail::output_archive out(arguments.bytes, &arguments.references);
    task->type->write_arguments(*task, out);
    if (check_can_leave(arguments) > wire::limits::inline_bytes_max) {
      content = std::make_unique<written_content>(arguments);
    }
  } catch (...) {
    unwritable = std::current_exception();
  }
}

wire::task_header task_sender::header_of(leaving& task, rpc::session_id session) {
  wire::names_notice to_tell;
  wire::task_header made;
  made.owner_index = static_cast<std::uint32_t>(task.index);
  made.attempt = task.attempt;
  made.task = task.id;
  made.job = job_;
  made.function = names_.of(session).number_of(*task.task->type->function, to_tell);
  made.last_attempt = task.retries_left == 0;
  made.never_twice = task.of->never_twice;
  made.arguments = objects_.hand_on(task.arguments, session);
  if (task.stored_arguments) {
    made.stored.push_back(
        {.reference = {.object = task.stored_arguments}, .place = {.bytes = task.stored_bytes}});
  }
  write_options(made, *task.task, world_.now());
  if (!to_tell.functions.empty() || !to_tell.processes.empty()) {
    static_cast<void>(board_.endpoint().tell(session, to_tell));
  }
  return made;
}

void task_sender::ask(task_class& of, const attempts::want& wanted) {
  const node_list::node* const to = choose(of);
  if (to == nullptr) return;
  const result<rpc::session_id> session = board_.reach(to->address, to->incarnation, job_);
  // Whoever is free is asked in the next turn.
  if (!session || board_.endpoint().full(*session)) return;
  wire::lease_request request;
  request.demand = of.demand;
  request.slots_wanted = wanted.slots;
  request.hops = of.hops;
  request.tasks_waiting = static_cast<std::uint32_t>(of.ready.size());
  std::vector<attempts::attempt> carried;
  std::size_t bytes = 0;
  while (carried.size() < wanted.carried_max && !of.ready.empty() && bytes < push_bytes_max) {
    leaving& next = at(of.ready.front());
    of.ready.pop_front();
    bytes += next.arguments.bytes.size();
    carried.push_back(next.as_attempt());
    request.tasks.push_back(header_of(next, *session));
  }
  const result<std::uint64_t> number = board_.endpoint().ask(
      *session, request, [this, session = *session, of = of.number](result<rpc::arrival> came) {
        // Where the session has ended, all that was asked on it has.
        if (came) answered_lease(session, of, *came);
      });
  // Within its limits by what is carried.
  if (!number) return;
  attempts::effects out;
  book_.asked(number_of(*session), attempts::request_number{*number}, of.number, wanted.slots,
              carried, out);
  act(out);
}

void task_sender::push(task_class& of, const attempts::room& room) {
  std::vector<attempts::attempt> tasks;
  std::size_t bytes = 0;
  while (tasks.size() < room.tasks && !of.ready.empty() && bytes < push_bytes_max) {
    leaving& next = at(of.ready.front());
    of.ready.pop_front();
    bytes += next.arguments.bytes.size();
    tasks.push_back(next.as_attempt());
  }
  const wire::session_number node = book_.slots().at(room.slot).session;
  attempts::effects out;
  book_.push(room.slot, tasks, world_.now(), out);
  act(out);
  if (!full_.note(board_.endpoint(), session_of(node))) return;
  RT_PROBE("task_sender.held_back");
  if (!RT_SIMBUG("task_sender.never_held_back")) book_.hold(node);
}

void task_sender::act(attempts::effects& what) {
  for (const attempts::effects::letter& each : what.letters) send(each);
  for (const attempts::effects::sent_again& each : what.again) {
    leaving& task = at(each.task.name.task);
    task.attempt = each.task.name.attempt;
    task.retries_left = each.task.retries_left;
    task.may_have_run = each.task.may_have_run;
    wait_again(task.index);
  }
  for (const attempts::effects::failed& each : what.failures) {
    fail(each.task, failure_of(at(each.task), each));
  }
  // They leave again in this turn, or in the next.
  if (!what.again.empty()) news_.store(true, std::memory_order_release);
}

std::exception_ptr task_sender::failure_of(const leaving& task,
                                           const attempts::effects::failed& why) const {
  if (why.why == attempts::end_cause::cancelled) return cancelled_error(*task.task, why.outcome);
  return make_error(errc::node_died,
                    "the task " + name_of(*task.task) + " (" + to_string(task.id) +
                        ") is lost with the node that ran it, and is not to be run again",
                    why.outcome);
}

void task_sender::send(const attempts::effects::letter& letter) {
  const rpc::session_id session = session_of(letter.to);
  rpc::endpoint& endpoint = board_.endpoint();
  // What is said to a session that has ended is heard of by `ended`.
  const auto tell = [&](const wire::message& notice) {
    static_cast<void>(endpoint.tell(session, notice));
  };
  if (const auto* push = std::get_if<attempts::push>(&letter.what)) {
    wire::push_notice notice;
    notice.lease = static_cast<std::uint64_t>(push->slot.lease);
    notice.slot = static_cast<std::uint32_t>(push->slot.slot);
    notice.first_seq = static_cast<std::uint64_t>(push->first_seq);
    for (const attempts::attempt_name& each : push->tasks) {
      notice.tasks.push_back(header_of(at(each.task), session));
    }
    tell(notice);
  } else if (const auto* back = std::get_if<attempts::take_back>(&letter.what)) {
    wire::take_back_request request;
    request.lease = static_cast<std::uint64_t>(back->slot.lease);
    request.slot = static_cast<std::uint32_t>(back->slot.slot);
    request.first_seq = static_cast<std::uint64_t>(back->first_seq);
    static_cast<void>(endpoint.ask(
        session, request, [this, session, place = back->slot](result<rpc::arrival> came) {
          const auto* reply =
              came ? std::get_if<wire::take_back_reply>(&came->envelope.message) : nullptr;
          if (reply == nullptr) return;
          attempts::effects out;
          book_.taken_back(number_of(session), place, attempts::slot_seq{reply->first_seq},
                           world_.now(), out);
          act(out);
        }));
  } else if (const auto* given = std::get_if<attempts::give_back>(&letter.what)) {
    wire::return_notice notice;
    notice.lease = static_cast<std::uint64_t>(given->slot.lease);
    notice.slots.push_back(static_cast<std::uint32_t>(given->slot.slot));
    tell(notice);
  } else if (const auto* withdrawn = std::get_if<attempts::withdraw>(&letter.what)) {
    wire::lease_withdraw_notice notice;
    notice.request = static_cast<std::uint64_t>(withdrawn->request);
    tell(notice);
  } else if (const auto* cancel = std::get_if<attempts::cancel>(&letter.what)) {
    wire::cancel_request request;
    request.force = cancel->force;
    request.tasks.push_back({.task = at(cancel->task.task).id,
                             .owner_index = static_cast<std::uint32_t>(cancel->task.task),
                             .attempt = cancel->task.attempt});
    // The tasks themselves are answered; what the answer says beside is for people.
    static_cast<void>(endpoint.ask(session, request, [](result<rpc::arrival>) {}));
  }
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
