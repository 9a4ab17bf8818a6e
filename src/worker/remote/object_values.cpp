#include "worker/remote/known_objects.hpp"
#include "worker/remote/object_errors.hpp"
#include "worker/remote/object_keeper.hpp"
#include "worker/runtime_engine.hpp"

#include <rt/core/error.hpp>
#include <rt/detail/archive.hpp>
#include <rt/detail/failure.hpp>
#include <rt/detail/proxy.hpp>

#include <mutex>
#include <utility>
#include <variant>

// Values: how they are written down for others, asked for, and brought.

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

using detail::cell;

namespace {

namespace transfers = store::transfers;

}  // namespace

cell* object_keeper::proxy_of(cell& any, const detail::cell_type& type) {
  auto& import = static_cast<import_cell&>(any);
  std::shared_ptr<const detail::payload> value;
  std::exception_ptr failure;
  cell* made = nullptr;
  {
    const std::lock_guard guard(import.lock);
    for (cell* each : import.proxies) {
      if (each->type != &type) continue;
      detail::retain(*each);
      return each;
    }
    made = ::new (detail::allocate_cell(type.size, type.alignment))
        cell(type, detail::handle_reference + detail::engine_reference + detail::known_elsewhere,
             detail::phase::running, import.runtime);
    ::new (reinterpret_cast<std::byte*>(made) + type.target)
        detail::cell_ptr(detail::cell_ptr::share(&import));
    import.proxies.push_back(made);
    value = import.value;
    failure = import.failure;
  }
  if (value != nullptr || failure != nullptr) engine_.complete_proxy(*made, value.get(), failure);
  return made;
}

void object_keeper::want(cell& proxy) noexcept {
  if (proxy.complete()) return;
  auto& import = static_cast<import_cell&>(*detail::import_of(proxy));
  {
    const std::lock_guard guard(import.lock);
    if (std::exchange(import.wanted, true)) return;
  }
  {
    const std::lock_guard guard(lock_);
    wanted_.push_back(detail::cell_ptr::share(&import));
  }
  news_.store(true, std::memory_order_release);
  engine_.want_turn();
}

void object_keeper::complete(import& object, std::shared_ptr<const detail::payload> value,
                             std::exception_ptr failure) {
  import_cell& import = *object.cell;
  std::vector<cell*> waiting;
  {
    const std::lock_guard guard(import.lock);
    if (import.value != nullptr || import.failure != nullptr) return;
    import.value = value;
    import.failure = failure;
    import.wanted = true;
    for (cell* each : import.proxies) {
      detail::retain(*each);
      waiting.push_back(each);
    }
  }
  for (cell* each : waiting) {
    later_.push_back([&engine = engine_, each, value, failure] {
      engine.complete_proxy(*each, value.get(), failure);
      detail::release(*each);
    });
  }
}

void object_keeper::attend(attendant::deferred& later) {
  news_.store(false, std::memory_order_seq_cst);
  const instant now = world_.now();
  see_to_handles();
  see_to_completed();
  std::vector<detail::cell_ptr> wanted;
  {
    const std::lock_guard guard(lock_);
    wanted.swap(wanted_);
  }
  for (const detail::cell_ptr& each : wanted) {
    const object_id object = static_cast<import_cell&>(*each).object;
    const auto found = imports_.find(object);
    if (found == imports_.end() || found->second->wait != transfers::wait_number{}) continue;
    found->second->wait = transfers::wait_number{++last_asker_};
    transfers::effects out;
    transfers_.want(object, found->second->wait, now, out);
    act(out);
  }
  wanted.clear();
  if (now >= transfers_.due()) {
    transfers::effects out;
    transfers_.tick(now, out);
    act(out);
  }
  if (now >= bury_at_) bury(now);
  see_to_handles();
  for (auto& each : later_) later.push_back(std::move(each));
  later_.clear();
}

bool object_keeper::ends(const object_id& object) {
  const auto over = ending_.find(object);
  if (over == ending_.end()) return false;
  later_.push_back(
      [freed = over->second->object] { detail::release(*freed, detail::engine_reference); });
  ending_.erase(over);
  return true;
}

void object_keeper::see_to_completed() {
  std::vector<object_id> completed;
  std::vector<object_id> written;
  {
    const std::lock_guard guard(lock_);
    completed.swap(completed_);
    written.swap(written_);
  }
  for (const object_id& each : completed) {
    const auto found = own_.find(each);
    if (found == own_.end()) {
      ends(each);
      continue;
    }
    own_object& mine = *found->second;
    mine.now = own_object::stage::complete;
    book_.fill(each, {});
    if (mine.asked_for) write_value(mine);
  }
  transfers::effects out;
  const instant now = world_.now();
  for (const object_id& each : written) {
    const auto found = own_.find(each);
    if (found == own_.end()) {
      ends(each);
      continue;
    }
    own_object& mine = *found->second;
    mine.now = own_object::stage::written;
    if (mine.failed) transfers_.fail(each, now, out);
    else transfers_.fill_inline(each, now, out);
  }
  act(out);
}

void object_keeper::write_value(own_object& object) {
  object.now = own_object::stage::writing;
  later_.push_back([this, &object] {
    detail::output_archive out(object.bytes.bytes, &object.bytes.references);
    try {
      object.failed = object.object->now() == detail::phase::failed;
      if (object.failed) detail::write_failure(out, detail::failure_of(*object.object));
      else object.object->type->write_result(*object.object, out);
      check_leaves(object.bytes, "an object");
    } catch (...) {
      object.failed = true;
      object.bytes.clear();
      detail::output_archive again(object.bytes.bytes, &object.bytes.references);
      detail::write_failure(again, std::current_exception());
    }
    {
      const std::lock_guard guard(lock_);
      written_.push_back(object.id);
    }
    news_.store(true, std::memory_order_release);
  });
}

void object_keeper::asked(rpc::session_id session, const rpc::arrival& request) {
  const rpc::peer* const other = board_.other_side(session);
  if (other == nullptr) return;
  const transfers::incarnation from{other->incarnation};
  const transfers::ask_number number{++last_asker_};
  askers_[last_asker_] = {session, request.envelope.number};
  addresses_.emplace(other->incarnation, other->address);
  transfers::effects out;
  const instant now = world_.now();
  if (const auto* asks = std::get_if<wire::locate_request>(&request.envelope.message)) {
    const object_id object{engine_.incarnation(), asks->counter};
    const auto found = own_.find(object);
    if (found != own_.end()) {
      own_object& mine = *found->second;
      mine.asked_for = true;
      if (mine.now == own_object::stage::complete) write_value(mine);
    }
    transfers::locate_request taken{.number = number, .object = object, .wait = asks->wait};
    taken.expects_pieces = asks->expects_pieces;
    transfers_.take(from, taken, now, out);
  } else {
    // Copies beyond the inlining limit.
    board_.endpoint().close(session);
    return;
  }
  act(out);
}

void object_keeper::act(transfers::effects& what) {
  for (const transfers::effects::letter& each : what.letters) send(each);
  for (const transfers::effects::wait_ended& each : what.ended) {
    const auto found = imports_.find(each.object);
    if (found == imports_.end() || found->second->wait != each.wait) continue;
    found->second->wait = {};
    switch (each.how) {
      case transfers::wait_end::inline_value: complete(*found->second, brought_, nullptr); break;
      case transfers::wait_end::failed: complete(*found->second, nullptr, brought_failure_); break;
      case transfers::wait_end::here:
      case transfers::wait_end::lost:
        complete(*found->second, nullptr, lost_error(each.object, each.why));
        break;
    }
  }
  transfers::effects more;
  for (const object_id& each : what.rebuild) {
    transfers_.cannot_rebuild(each, transfers::loss::was_put, world_.now(), more);
  }
  if (!what.rebuild.empty()) act(more);
}

void object_keeper::send(const transfers::effects::letter& letter) {
  const auto to = static_cast<std::uint64_t>(letter.to);
  if (const auto* asks = std::get_if<transfers::locate_request>(&letter.what)) {
    wire::locate_request request;
    request.counter = asks->object.counter;
    request.wait = asks->wait;
    request.expects_pieces = asks->expects_pieces;
    const result<rpc::session_id> session = session_with(to);
    const auto handler = [this, number = asks->number, object = asks->object,
                          session](result<rpc::arrival> came) {
      const auto* reply = came ? std::get_if<wire::locate_reply>(&came->envelope.message) : nullptr;
      if (reply != nullptr) {
        take_locate_reply(object, static_cast<std::uint64_t>(number), *session, *reply);
        return;
      }
      transfers::effects out;
      transfers_.unanswered(number, world_.now(), out);
      act(out);
    };
    if (!session || !board_.endpoint().ask(*session, request, handler)) {
      transfers::effects out;
      transfers_.unanswered(asks->number, world_.now(), out);
      act(out);
    }
    return;
  }
  answer(letter.what);
}

void object_keeper::answer(const transfers::message& what) {
  const auto* reply = std::get_if<transfers::locate_reply>(&what);
  if (reply == nullptr) return;
  const auto asked = askers_.extract(static_cast<std::uint64_t>(reply->number));
  if (asked.empty()) return;
  const asker& to = asked.mapped();
  wire::locate_reply told;
  const auto found = own_.find(reply->object);
  const auto lost = [&](errc code, const std::string& text) {
    told.object =
        wire::failure{.code = code, .outcome = outcome::unknown, .text = text, .exception = {}};
  };
  switch (reply->what) {
    case transfers::locate_reply::answer::pending: told.object = wire::object_pending{}; break;
    case transfers::locate_reply::answer::inline_value:
    case transfers::locate_reply::answer::failed: {
      if (found == own_.end()) {
        lost(errc::object_lost, "the object was freed by its owner");
        break;
      }
      // What its value refers to is held by the object, as long as that is.
      std::vector<object_id> inside;
      const wire::payload bytes = write_down(found->second->bytes, to.session, inside);
      if (reply->what == transfers::locate_reply::answer::failed) {
        told.object = wire::failure{.code = errc::user_exception,
                                    .outcome = outcome::completed,
                                    .text = {},
                                    .exception = bytes};
      } else {
        told.object = wire::inline_result{bytes};
      }
      break;
    }
    case transfers::locate_reply::answer::stored:
    case transfers::locate_reply::answer::lost:
      lost(errc::object_lost, "the object is gone");
      break;
  }
  // Within its limits: what was written has been looked at.
  static_cast<void>(board_.endpoint().answer(to.session, to.request, told));
}

void object_keeper::take_locate_reply(const object_id& object, std::uint64_t number,
                                      rpc::session_id from, const wire::locate_reply& reply) {
  const rpc::peer* const other = board_.other_side(from);
  if (other == nullptr) return;
  transfers::locate_reply taken{.number = transfers::ask_number{number}, .object = object};
  auto came = std::make_shared<detail::payload>();
  const auto* value = std::get_if<wire::inline_result>(&reply.object);
  const auto* failed = std::get_if<wire::failure>(&reply.object);
  if (value != nullptr) {
    open(object, from, value->value, *came);
    brought_ = came;
    taken.what = transfers::locate_reply::answer::inline_value;
  } else if (failed != nullptr) {
    taken.what = transfers::locate_reply::answer::failed;
    if (failed->exception.bytes.empty()) {
      brought_failure_ = make_error(failed->code, failed->text, failed->outcome);
    } else {
      open(object, from, failed->exception, *came);
      detail::input_archive in(came->bytes, &came->references);
      // Read when it is thrown; the text of a failure calls nothing of the user's but its class.
      try {
        brought_failure_ = detail::read_failure(in);
      } catch (...) {
        brought_failure_ = std::current_exception();
      }
    }
  }
  transfers::effects out;
  transfers_.take(transfers::incarnation{other->incarnation}, taken, world_.now(), out);
  act(out);
  brought_ = nullptr;
  brought_failure_ = nullptr;
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
