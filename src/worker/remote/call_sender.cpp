#include "worker/remote/call_sender.hpp"

#include "core/planted_bug.hpp"
#include "worker/remote/actor_spawner.hpp"
#include "worker/remote/read_thrown.hpp"
#include "worker/runtime_engine.hpp"

#include <rt/core/error.hpp>
#include <rt/detail/archive.hpp>

#include <mutex>
#include <utility>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

using detail::cell;
using wire::owner_index;

call_sender::call_sender(runtime_engine& engine, rpc::switchboard& board, name_tables& names,
                         object_keeper& objects, own_letters& own, job_id own_job)
    : engine_(engine),
      world_(engine.world()),
      board_(board),
      names_(names),
      objects_(objects),
      own_(own),
      job_(own_job),
      book_(calls::book_options{}),
      lock_(engine.world()) {}

call_sender::~call_sender() = default;

void call_sender::has_calls(actor_state& actor) noexcept {
  {
    const std::lock_guard guard(lock_);
    waiting_.push_back(detail::actor_ptr::share(&actor));
  }
  news_.store(true, std::memory_order_release);
  engine_.want_turn();
}

void call_sender::cancelled() noexcept {
  {
    const std::lock_guard guard(lock_);
    some_cancelled_ = true;
  }
  news_.store(true, std::memory_order_release);
}

bool call_sender::has_pending(actor_state& actor) const {
  if (book_.pending(actor.id) != 0) return true;
  if ((actor.word.load(std::memory_order_acquire) & actor_state::queued) != 0) return true;
  const std::lock_guard guard(actor.lock);
  return actor.front != nullptr || !actor.mailbox.empty();
}

void call_sender::attend(attendant::deferred& later) {
  news_.store(false, std::memory_order_seq_cst);
  std::vector<detail::actor_ptr> waiting;
  {
    const std::lock_guard guard(lock_);
    waiting.swap(waiting_);
  }
  for (const detail::actor_ptr& each : waiting) take_calls(state_of(*each), later);
  take_written();
  see_to_cancelled();
  see_to_free_sessions();
  const instant now = world_.now();
  if (now >= book_.next_look()) {
    calls::effects looked;
    book_.look(now, looked);
    act(looked);
  }
  for (auto& each : later_) later.push_back(std::move(each));
  later_.clear();
}

void call_sender::take_calls(actor_state& actor, attendant::deferred& later) {
  // Before the look into the mailbox, as a caller's push stands before its look at the bit.
  actor.word.fetch_and(~actor_state::queued, std::memory_order_seq_cst);
  for (;;) {
    std::exception_ptr refused;
    cell* const call = engine_.take_call_to_leave(actor, refused);
    if (call == nullptr) break;
    if (call->type->bind != nullptr) spawner_->begin(actor, *call, std::move(refused));
    else take_in(actor, *call, std::move(refused), later);
  }
  idle_.push_back(actor.id);
}

void call_sender::take_in(actor_state& actor, cell& call, std::exception_ptr refused,
                          attendant::deferred& later) {
  if (refused == nullptr && engine_.is_cancelled(call)) {
    refused = cancelled_error(call, rt::outcome::not_started);
  }
  if (refused != nullptr) {
    later.push_back([&engine = engine_, &call, refused] { engine.fail_left(call, refused); });
    return;
  }
  auto made = std::make_unique<leaving_call>();
  made->call = &call;
  made->actor = actor.id;
  const object_id result = objects_.promise_id(call);
  made->id = {result.incarnation, result.counter};
  leaving_call& leaves = *made;
  const owner_index which = calls_.add(std::move(made));
  calls::effects out;
  know(actor, out);
  book_.add(actor.id, {.name = {which, 0}, .retries_left = 0, .ready = false}, world_.now(), out);
  act(out);
  later.push_back([this, which, &leaves] {
    leaves.write();
    {
      const std::lock_guard guard(lock_);
      written_.push_back(which);
    }
    news_.store(true, std::memory_order_release);
  });
}

void call_sender::take_written() {
  std::vector<owner_index> written;
  {
    const std::lock_guard guard(lock_);
    written.swap(written_);
  }
  for (const owner_index each : written) {
    leaving_call& call = at(each);
    call.in_writing = false;
    if (call.ends_with != nullptr) {
      fail(each, std::exchange(call.ends_with, nullptr));
      continue;
    }
    if (call.content != nullptr) {
      call.stored_bytes = call.content->bytes();
      call.stored_arguments = objects_.keep_arguments(*call.content, call.arguments);
      call.content = nullptr;
    }
    calls::effects out;
    // One that cannot leave is out of the book as one that nobody wants any more.
    if (call.unwritable != nullptr) book_.cancel(each, out);
    else book_.ready(each, out);
    act(out);
  }
}

void call_sender::see_to_cancelled() {
  {
    const std::lock_guard guard(lock_);
    if (!std::exchange(some_cancelled_, false)) return;
  }
  calls::effects out;
  calls_.for_each([&](owner_index which, leaving_call& each) {
    if (each.call != nullptr && engine_.is_cancelled(*each.call)) book_.cancel(which, out);
  });
  act(out);
  if (!engine_.closing()) return;
  // The process ends, and waits for no answers.
  calls_.for_each([&](owner_index, leaving_call& each) {
    if (each.call == nullptr || each.in_writing) return;
    objects_.forget_promise(*each.call);
    later_.push_back([&engine = engine_, call = std::exchange(each.call, nullptr),
                      handle = std::move(each.fetched)] {
      engine.fail_left(*call, cancelled_error(*call, rt::outcome::unknown));
    });
  });
}

void call_sender::told(wire::session_number owner, const actor_id& actor,
                       const calls::told_standing& how, bool is_reply, const told_death& why) {
  if (how.what == calls::told_standing::kind::dead) deaths_[actor] = why;
  calls::effects out;
  book_.told(owner, actor, how, is_reply, world_.now(), out);
  act(out);
}

void call_sender::lost(const actor_id& actor, const std::string& text) {
  const auto known = book_.actors().find(actor);
  if (known == book_.actors().end()) return;
  told(known->second.owner.value_or(no_session), actor,
       {.what = calls::told_standing::kind::dead, .epoch = {}, .at = {}}, false, {.text = text});
}

void call_sender::forget(const actor_id& actor) {
  const auto known = book_.actors().find(actor);
  if (known == book_.actors().end()) return;
  const calls::called_actor& of = known->second;
  if (of.view != calls::actor_view::dead && of.calls.next_seq() != wire::call_seq{1}) return;
  book_.forget(actor);
  deaths_.erase(actor);
}

void call_sender::session_ended(wire::session_number which) {
  calls::effects out;
  book_.session_ended(which, world_.now(), out);
  act(out);
}

void call_sender::head_is(rpc::session_id session) {
  if (std::exchange(head_, session) == session || !session) return;
  calls::effects out;
  book_.detached_owned_by(number_of(session), world_.now(), out);
  act(out);
}

void call_sender::take_outcome(wire::session_number from, const actor_id& actor,
                               wire::epoch_number epoch, const call_outcome& outcome) {
  calls::effects out;
  const instant now = world_.now();
  switch (outcome.what) {
    case call_outcome::kind::handed_back:
      book_.handed_back(from, actor, epoch, outcome.call, now, out);
      break;
    case call_outcome::kind::lost: book_.lost(from, actor, epoch, outcome.call, now, out); break;
    case call_outcome::kind::cancelled:
      if (book_.answered(from, actor, epoch, outcome.call).counts) {
        const leaving_call& call = at(outcome.call.task);
        fail(outcome.call.task, call.call != nullptr
                                    ? cancelled_error(*call.call, rt::outcome::not_started)
                                    : nullptr);
      }
      break;
    case call_outcome::kind::ended:
      if (book_.answered(from, actor, epoch, outcome.call).counts) {
        auto came = std::shared_ptr<const detail::payload>(outcome.how, &outcome.how->bytes);
        if (!outcome.how->failed) {
          complete(outcome.call.task, std::move(came));
        } else if (!came->bytes.empty()) {
          complete_failed(outcome.call.task, std::move(came));
        } else {
          fail(outcome.call.task,
               make_error(outcome.how->code, outcome.how->text, rt::outcome::completed));
        }
      }
      break;
  }
  act(out);
  idle_.push_back(actor);
  news_.store(true, std::memory_order_release);
}

void call_sender::complete(owner_index which, std::shared_ptr<const detail::payload> value) {
  if (cell* const call = at(which).call) {
    later_.push_back([&engine = engine_, call, value = std::move(value)] {
      engine.complete_left(*call, *value);
    });
  }
  forget(which);
}

void call_sender::complete_failed(owner_index which,
                                  std::shared_ptr<const detail::payload> thrown) {
  if (cell* const call = at(which).call) {
    later_.push_back([&engine = engine_, call, thrown = std::move(thrown)] {
      engine.fail_left(*call, read_thrown(*thrown));
    });
  }
  forget(which);
}

void call_sender::fail(owner_index which, std::exception_ptr failure) {
  leaving_call& gone = at(which);
  if (gone.in_writing) {
    gone.ends_with = std::move(failure);
    return;
  }
  if (gone.call != nullptr) {
    later_.push_back([&engine = engine_, call = gone.call, failure = std::move(failure),
                      handle = std::move(gone.fetched)] { engine.fail_left(*call, failure); });
  }
  forget(which);
}

void call_sender::forget(owner_index which) {
  std::shared_ptr<leaving_call> gone = calls_.take(which);
  idle_.push_back(gone->actor);
  if (gone->call != nullptr) objects_.forget_promise(*gone->call);
  if (gone->stored_arguments && !RT_SIMBUG("call_sender.arguments_kept")) {
    objects_.free_arguments(gone->stored_arguments);
  }
  // What its arguments refer to may end with it, and that is the user's.
  later_.push_back([kept = std::move(gone)]() mutable { kept = nullptr; });
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
