#include "worker/remote/call_runner.hpp"
#include "worker/remote/call_sender.hpp"
#include "worker/remote/object_errors.hpp"
#include "worker/remote/spawned_actor.hpp"
#include "worker/runtime_engine.hpp"

#include <rt/core/error.hpp>
#include <rt/detail/archive.hpp>

#include <utility>
#include <variant>

// What actors' calls and constructors are called with, and what calls give, where it is too large for a
// message: as with tasks, an object of its own.

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

using hosting::hosted_name;
using wire::owner_index;

namespace {

/// Writes arguments down; those beyond the inlining limit are a content then.
/// Errors: of the user's; `serialization_error`.
std::unique_ptr<written_content> write_arguments(detail::cell& call, detail::payload& to) {
  detail::output_archive out(to.bytes, &to.references);
  call.type->write_arguments(call, out);
  if (check_can_leave(to) <= wire::limits::inline_bytes_max) return nullptr;
  return std::make_unique<written_content>(to);
}

}  // namespace

// The caller.

void leaving_call::write() noexcept {
  try {
    content = write_arguments(*call, arguments);
  } catch (...) {
    unwritable = std::current_exception();
  }
}

void call_sender::take_stored(rpc::session_id from, const actor_id& actor, wire::epoch_number epoch,
                              const wire::task_result& answer) {
  const auto& stored = std::get<wire::stored_result>(answer.outcome);
  const wire::attempt_name name{from_wire(answer.owner_index), answer.attempt};
  if (book_.answered(number_of(from), actor, epoch, name).counts) {
    fetch(from, name.task, stored);
  } else {
    objects_.pass_over(from, stored);
  }
  idle_.push_back(actor);
  news_.store(true, std::memory_order_release);
}

void call_sender::fetch(rpc::session_id from, owner_index which,
                        const wire::stored_result& stored) {
  leaving_call& call = at(which);
  if (call.call == nullptr) {
    objects_.pass_over(from, stored);
    return forget(which);
  }
  const object_id result{call.id.incarnation, call.id.counter};
  if (objects_.promise_id(*call.call) != result) {
    // Others knew it, and it was freed: nobody is left who could look at it.
    objects_.pass_over(from, stored);
    call.call->state.fetch_or(detail::observed_bit, std::memory_order_relaxed);
    return fail(which, lost_error(result, store::transfers::loss::freed));
  }
  call.fetched = detail::cell_ptr::share(call.call);
  objects_.fetch_result(
      *call.call, from, stored,
      [this, which](brought_value&& came, const std::exception_ptr& failure) {
        take_fetched(which, std::move(came), failure);
      },
      // It has run, and its place in the order of the calls is gone.
      [] { return store::transfers::loss::not_retriable; });
}

void call_sender::take_fetched(owner_index which, brought_value&& came,
                               const std::exception_ptr& failure) {
  leaving_call& call = at(which);
  news_.store(true, std::memory_order_release);
  if (failure != nullptr) return fail(which, failure);
  // Its handle stays until it is complete, so that it is not freed before.
  later_.push_back([&engine = engine_, cell = call.call, handle = std::move(call.fetched),
                    value = std::make_shared<brought_value>(std::move(came))] {
    if (cell != nullptr) engine.complete_left(*cell, *value);
  });
  forget(which);
}

// The owner.

void actor_spawner::owned::write() noexcept {
  try {
    content = write_arguments(*construct, arguments);
  } catch (...) {
    unwritable = std::current_exception();
  }
}

// The host.

bool call_runner::fetch_arguments(pushed_task& task, rpc::session_id from,
                                  const wire::task_header& header, std::function<void()> then) {
  if (header.stored.empty()) return false;
  const object_id& object = header.stored.front().reference.object;
  if (header.stored.size() != 1 || object.incarnation != board_.incarnation_at(from)) {
    task.unreadable = std::make_exception_ptr(
        serialization_error("what " + task.identity + " is called with lies nowhere"));
    return false;
  }
  fetch_arguments(task, object, std::move(then));
  return true;
}

void call_runner::fetch_arguments(pushed_task& task, const object_id& stored,
                                  std::function<void()> then) {
  task.fetching = objects_.fetch(
      stored,
      [&task, then = std::move(then)](brought_value&& came, const std::exception_ptr& failure) {
        task.fetching = {};
        if (failure == nullptr) task.arguments = std::move(came);
        else task.unreadable = failure;
        then();
      });
}

void call_runner::construct_fetched(const hosted_name& which) {
  auto found = fetching_.extract(which);
  if (!found.empty()) construct(which, found.mapped());
  news_.store(true, std::memory_order_release);
}

void call_runner::call_is_ready(const hosted_name& which, const key& whose) {
  hosting::effects out;
  hosts_.ready(whose.first, which, whose.second, out);
  act(out);
  send_answers();
  news_.store(true, std::memory_order_release);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
