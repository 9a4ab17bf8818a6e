#include "worker/remote/known_objects.hpp"
#include "worker/remote/object_errors.hpp"
#include "worker/remote/object_keeper.hpp"
#include "worker/remote/read_thrown.hpp"
#include "worker/runtime_engine.hpp"

#include <rt/core/error.hpp>
#include <rt/detail/archive.hpp>
#include <rt/detail/failure.hpp>
#include <rt/detail/proxy.hpp>

#include <mutex>
#include <utility>
#include <variant>

// Values of objects: how they are written down for others, asked for, and brought.

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

using detail::cell;

namespace {

namespace transfers = store::transfers;

}  // namespace

cell* object_keeper::proxy_of(cell& any, const detail::cell_type& type) {
  auto& import = static_cast<import_cell&>(any);
  std::shared_ptr<const brought_value> value;
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

void object_keeper::complete(import& object, std::shared_ptr<const brought_value> value,
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
  see_to_handles();
  see_to_completed();
  see_to_written();
  see_to_wanted();
  // Whoever cannot be reached is dead to this process; what is asked of the dead has no answer.
  for (const std::uint64_t each : processes_.take_unreachable()) {
    // All of it: a session that it began later would be heard by some parts and not by others.
    board_.declare_dead(each);
    hear_of_death(each);
  }
  transfers_.attend(later);
  if (world_.now() >= bury_at_) bury(world_.now());
  see_to_handles();
  for (auto& each : later_) later.push_back(std::move(each));
  later_.clear();
}

void object_keeper::see_to_wanted() {
  std::vector<detail::cell_ptr> wanted;
  {
    const std::lock_guard guard(lock_);
    wanted.swap(wanted_);
  }
  for (const detail::cell_ptr& each : wanted) {
    const object_id object = static_cast<import_cell&>(*each).object;
    const auto found = imports_.find(object);
    if (found == imports_.end() || found->second->wait != transfers::wait_number{}) continue;
    found->second->wait =
        transfers_.want(object, [this, object](const transfer_end& how) { take_end(object, how); });
  }
}

void object_keeper::take_end(const object_id& object, const transfer_end& how) {
  const auto found = imports_.find(object);
  if (found == imports_.end()) return;
  import& of = *found->second;
  of.wait = {};
  if (how.failure != nullptr) return complete(of, nullptr, how.failure);
  // What the copy of a lost object refers to may be gone.
  if (const borrowing::loss why = book_.why_lost(object); why != borrowing::loss::none) {
    return complete(of, nullptr, lost_error(object, why));
  }
  if (how.content == nullptr) return take_answer(of, *how.answer, how.from);
  auto came = std::make_shared<brought_value>();
  open(object, how.content->carried, came->references);
  came->part = how.content->value;
  came->buffer = how.content->buffer;
  complete(of, std::move(came), nullptr);
}

void object_keeper::take_answer(import& object, const wire::locate_reply& answer,
                                rpc::session_id from) {
  const object_id& outer = object.cell->object;
  detail::payload came;
  const auto take = [&](const wire::payload& value) {
    came.bytes.append(value.bytes.data(), value.bytes.size());
    open(outer, referred_in(from, value), came.references);
  };
  if (const auto* value = std::get_if<wire::inline_result>(&answer.object)) {
    take(value->value);
    return complete(object, std::make_shared<brought_value>(std::move(came)), nullptr);
  }
  const auto& failed = std::get<wire::failure>(answer.object);
  if (failed.exception.bytes.empty()) {
    return complete(object, nullptr, make_error(failed.code, failed.text, failed.outcome));
  }
  take(failed.exception);
  // Read when it is thrown; the text of a failure calls nothing of the user's but its class.
  complete(object, nullptr, read_thrown(came));
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
  {
    const std::lock_guard guard(lock_);
    completed.swap(completed_);
  }
  for (const object_id& each : completed) {
    const auto found = own_.find(each);
    if (found == own_.end()) {
      ends(each);
      continue;
    }
    own_object& mine = *found->second;
    mine.now = mine.stored ? own_object::stage::written : own_object::stage::complete;
    book_.fill(each, {});
    if (mine.asked_for && !mine.stored) write_value(mine);
  }
}

void object_keeper::see_to_written() {
  std::vector<object_id> written;
  {
    const std::lock_guard guard(lock_);
    written.swap(written_);
  }
  for (const object_id& each : written) {
    const auto found = own_.find(each);
    if (found == own_.end()) {
      ends(each);
      continue;
    }
    own_object& mine = *found->second;
    mine.now = own_object::stage::written;
    if (mine.failed) {
      transfers_.fail(each);
    } else if (mine.content == nullptr) {
      transfers_.fill_inline(each);
    } else {
      const std::unique_ptr<written_content> content = std::move(mine.content);
      add_names(*content, mine.bytes);
      const transfers::content of = transfers_.keep(each, *content);
      transfers_.fill_stored(each, of, engine_.incarnation());
    }
  }
}

void object_keeper::write_value(own_object& object) {
  object.now = own_object::stage::writing;
  later_.push_back([this, &object] {
    detail::output_archive out(object.bytes.bytes, &object.bytes.references);
    try {
      object.failed = object.object->now() == detail::phase::failed;
      if (object.failed) detail::write_failure(out, detail::failure_of(*object.object));
      else object.object->type->write_result(*object.object, out);
      if (object.failed) check_leaves(object.bytes, "a failure");
      else if (check_can_leave(object.bytes) > wire::limits::inline_bytes_max)
        object.content = std::make_unique<written_content>(object.bytes);
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
  transfers_.asked(session, request);
}

void object_keeper::asked_for(const object_id& object) {
  const auto found = own_.find(object);
  if (found == own_.end()) return;
  own_object& mine = *found->second;
  mine.asked_for = true;
  if (mine.now == own_object::stage::complete) write_value(mine);
}

wire::locate_reply object_keeper::small_answer(const object_id& object, rpc::session_id to) {
  wire::locate_reply told;
  const auto found = own_.find(object);
  if (found == own_.end()) {
    told.object = wire::failure{.code = errc::object_lost,
                                .outcome = outcome::unknown,
                                .text = "the object was freed by its owner",
                                .exception = {}};
    return told;
  }
  // What its value refers to is held by the object, as long as that is.
  std::vector<object_id> inside;
  const wire::payload bytes = write_down(found->second->bytes, to, inside);
  if (!found->second->failed) {
    told.object = wire::inline_result{bytes};
  } else {
    told.object = wire::failure{.code = errc::user_exception,
                                .outcome = outcome::completed,
                                .text = {},
                                .exception = bytes};
  }
  return told;
}

void object_keeper::copies_gone(const object_id& object) {
  const auto found = own_.find(object);
  transfers::loss why = transfers::loss::was_put;
  if (found != own_.end() && found->second->stored) {
    why = found->second->gone ? found->second->gone() : transfers::loss::attempts_used;
  }
  if (why == transfers::loss::none) transfers_.rebuilding(object);
  else transfers_.cannot_rebuild(object, why);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
