#include "rpc/session_numbers.hpp"
#include "worker/describe.hpp"
#include "worker/remote/leaving_task.hpp"
#include "worker/remote/object_errors.hpp"
#include "worker/remote/read_thrown.hpp"
#include "worker/remote/task_sender.hpp"
#include "worker/runtime_engine.hpp"

#include <rt/core/error.hpp>
#include <rt/detail/call_context.hpp>

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <utility>
#include <variant>

// What nodes and workers answer to an owner.

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

using attempts::lease_number;
using attempts::owner_index;
using attempts::request_number;
using attempts::slot_number;
using attempts::slot_place;
using attempts::slot_seq;
using rpc::number_of;

namespace {

/// After a refusal, or where a node named another that is not known here.   Units: nanoseconds.
constexpr instant ask_again_after = 10'000'000;

slot_place place_of(std::uint64_t lease, std::uint32_t slot) {
  return {lease_number{lease}, slot_number{slot}};
}

}  // namespace

void task_sender::answered_lease(rpc::session_id session, attempts::class_number of,
                                 const rpc::arrival& came) {
  const auto* reply = std::get_if<wire::lease_reply>(&came.envelope.message);
  if (reply == nullptr) return;
  const instant now = world_.now();
  const request_number request{came.envelope.number};
  attempts::effects out;
  if (const auto* granted = std::get_if<wire::lease_granted>(&reply->answer)) {
    std::vector<slot_number> slots;
    for (const wire::granted_slot& each : granted->slots) slots.push_back(slot_number{each.slot});
    std::vector<owner_index> back;
    for (const std::uint32_t each : reply->handed_back) back.push_back(owner_index{each});
    classes_[static_cast<std::size_t>(of)]->hops = 0;
    book_.granted(number_of(session), request, lease_number{granted->lease}, slots, back, now, out);
  } else {
    task_class& asking = *classes_[static_cast<std::size_t>(of)];
    instant again_at = now + ask_again_after;
    if (const auto* spill = std::get_if<wire::lease_spillback>(&reply->answer)) {
      if (const auto* named = nodes_.find(spill->node)) {
        asking.asked_next = named->incarnation;
        if (asking.hops != UINT8_MAX) ++asking.hops;
        again_at = now;
      }
    } else if (std::holds_alternative<wire::lease_infeasible>(reply->answer)) {
      asking.infeasible = true;
    }
    book_.not_granted(number_of(session), request, again_at, out);
  }
  act(out);
}

void task_sender::asked(rpc::session_id session, const rpc::arrival&) {
  // An owner is told, never asked.
  board_.endpoint().close(session);
}

void task_sender::told(rpc::session_id session, const rpc::arrival& notice) {
  const wire::message& said = notice.envelope.message;
  const instant now = world_.now();
  attempts::effects out;
  if (const auto* results = std::get_if<wire::results_notice>(&said)) {
    for (const wire::task_result& each : results->results) take_result(session, each);
  } else if (const auto* marks = std::get_if<wire::started_notice>(&said)) {
    for (const wire::slot_mark& each : marks->slots) {
      book_.started(number_of(session), place_of(each.lease, each.slot), slot_seq{each.started},
                    now);
    }
  } else if (const auto* recall = std::get_if<wire::recall_notice>(&said)) {
    for (const std::uint32_t each : recall->slots) {
      book_.recalled(number_of(session), place_of(recall->lease, each), out);
    }
  } else if (const auto* died = std::get_if<wire::worker_died_notice>(&said)) {
    for (const wire::slot_mark& each : died->slots) {
      book_.process_died(number_of(session), place_of(each.lease, each.slot),
                         slot_seq{each.started}, out);
    }
  }
  act(out);
}

void task_sender::ended(rpc::session_id session, const rpc::peer&, rpc::session_end) {
  attempts::effects out;
  book_.session_ended(number_of(session), out);
  act(out);
}

void task_sender::take_result(rpc::session_id session, const wire::task_result& answer) {
  const attempts::attempt_name which{owner_index{answer.owner_index}, answer.attempt};
  const instant now = world_.now();
  attempts::effects out;
  if (std::holds_alternative<wire::handed_back>(answer.outcome)) {
    book_.handed_back(number_of(session), which, now, out);
    return act(out);
  }
  const auto verdict = book_.answered(number_of(session), which, now, out);
  if (verdict.counts) complete(session, which.task, answer);
  act(out);
}

void task_sender::complete(rpc::session_id session, owner_index which,
                           const wire::task_result& answer) {
  if (const auto* stored = std::get_if<wire::stored_result>(&answer.outcome)) {
    return fetch(session, which, *stored);
  }
  leaving& task = at(which);
  if (task.fetched) objects_.result_came(*task.task);
  task.fetched = {};
  task.runs_again = false;
  auto came = std::make_shared<detail::payload>();
  const auto take = [&](const wire::payload& from) {
    object_keeper::handed by;
    // What it refers to is here from now on.
    if (objects_.take(session, from, *came, by)) objects_.finish(by);
  };
  if (const auto* value = std::get_if<wire::inline_result>(&answer.outcome)) {
    take(value->value);
    later_.push_back(
        [&engine = engine_, task = task.task, came] { engine.complete_left(*task, *came); });
    return forget(which);
  }
  const auto* failed = std::get_if<wire::failure>(&answer.outcome);
  if (failed == nullptr || failed->exception.bytes.empty()) {
    return fail(which, make_error(failed != nullptr ? failed->code : errc::serialization,
                                  failed != nullptr ? failed->text : "an unknown kind of result",
                                  failed != nullptr ? failed->outcome : rt::outcome::completed));
  }
  take(failed->exception);
  const bool users_own = failed->code == errc::user_exception;
  later_.push_back([this, which, &task, came, users_own] {
    std::exception_ptr thrown = read_thrown(*came);
    std::uint32_t attempt = task.attempt;
    if (users_own && may_throw_again(task, attempt)) {
      task.attempt = attempt;
      const std::lock_guard guard(lock_);
      again_.push_back(which);
    } else {
      engine_.fail_left(*task.task, std::move(thrown));
      const std::lock_guard guard(lock_);
      over_.push_back(which);
    }
    news_.store(true, std::memory_order_release);
  });
}

bool task_sender::may_throw_again(leaving& task, std::uint32_t& attempt) {
  detail::call_context* const context = task.task->context.load(std::memory_order_acquire);
  if (context == nullptr || context->owner != task.task) return false;
  // Deaths have used up some of the same.
  context->retries_left = task.retries_left;
  const bool again = engine_.retries_left(*task.task, attempt);
  task.retries_left = static_cast<std::int32_t>(context->retries_left);
  return again;
}

void task_sender::fetch(rpc::session_id session, owner_index which,
                        const wire::stored_result& stored) {
  leaving& task = at(which);
  task.runs_again = false;
  const object_id result{task.id.incarnation, task.id.counter};
  if (objects_.promise_id(*task.task) != result) {
    // Others knew it, and it was freed: nobody is left who could look at it.
    objects_.pass_over(session, stored);
    task.task->state.fetch_or(detail::observed_bit, std::memory_order_relaxed);
    return fail(which, lost_error(result, store::transfers::loss::freed));
  }
  task.fetched = detail::cell_ptr::share(task.task);
  objects_.fetch_result(
      *task.task, session, stored,
      [this, which](brought_value&& came, const std::exception_ptr& failure) {
        take_fetched(which, std::move(came), failure);
      },
      [this, which] { return run_again(which); });
}

void task_sender::take_fetched(owner_index which, brought_value&& came,
                               const std::exception_ptr& failure) {
  leaving& task = at(which);
  news_.store(true, std::memory_order_release);
  if (task.runs_again) {
    // A copy has turned up after all.
    auto& ready = task.of->ready;
    const auto waits = std::find(ready.begin(), ready.end(), which);
    // Where it runs already its answer is waited for.
    if (waits == ready.end()) return;
    ready.erase(waits);
  }
  if (failure != nullptr) return fail(which, failure);
  // Its handle stays until it is complete, so that it is not freed before.
  later_.push_back([&engine = engine_, cell = task.task, handle = std::move(task.fetched),
                    value = std::make_shared<brought_value>(std::move(came))] {
    engine.complete_left(*cell, *value);
  });
  forget(which);
}

store::transfers::loss task_sender::run_again(owner_index which) {
  leaving& task = at(which);
  if (task.of->never_twice || engine_.is_cancelled(*task.task)) {
    return store::transfers::loss::not_retriable;
  }
  if (task.retries_left == 0) return store::transfers::loss::attempts_used;
  if (task.retries_left > 0) --task.retries_left;
  ++task.attempt;
  task.may_have_run = true;
  task.runs_again = true;
  wait_again(which);
  news_.store(true, std::memory_order_release);
  return store::transfers::loss::none;
}

void task_sender::fail(owner_index which, std::exception_ptr failure) {
  if (at(which).fetched) objects_.result_came(*at(which).task);
  later_.push_back([&engine = engine_, task = at(which).task, failure = std::move(failure),
                    handle = std::move(at(which).fetched)] { engine.fail_left(*task, failure); });
  forget(which);
}

void task_sender::forget(owner_index which) {
  const leaving& over = at(which);
  objects_.forget_promise(*over.task);
  if (over.stored_arguments) objects_.free_arguments(over.stored_arguments);
  tasks_.take(which);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
