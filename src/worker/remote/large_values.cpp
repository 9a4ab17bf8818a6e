#include "worker/remote/known_objects.hpp"
#include "worker/remote/object_keeper.hpp"
#include "worker/runtime_engine.hpp"

#include <rt/core/error.hpp>

#include <utility>

// What tasks are called with and what they give, where it is too large for a message.

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

namespace transfers = store::transfers;

object_transfers::end_handler object_keeper::bringing(brought_handler handler) {
  return [this, handler = std::move(handler)](const transfer_end& how) {
    brought_value came;
    std::exception_ptr failure = how.failure;
    if (failure == nullptr &&
        (how.content == nullptr || !find_held(how.content->carried, came.references))) {
      failure = std::make_exception_ptr(
          serialization_error("a value refers to what was not handed on with it"));
    }
    if (failure == nullptr) {
      came.part = how.content->value;
      came.buffer = how.content->buffer;
    }
    handler(std::move(came), failure);
  };
}

object_id object_keeper::keep_arguments(written_content& content, detail::payload& value) {
  const object_id made{engine_.incarnation(), engine_.next_id()};
  add_names(content, value);
  transfers_.own(made);
  const transfers::content of = transfers_.keep(made, content);
  transfers_.fill_stored(made, of, engine_.incarnation());
  return made;
}

transfers::wait_number object_keeper::fetch(const object_id& arguments, brought_handler handler) {
  return transfers_.want(arguments, bringing(std::move(handler)));
}

object_id object_keeper::promise_id(const detail::cell& task) {
  if (const auto known = ids_.find(&task); known != ids_.end()) return known->second;
  object_id& made = promised_[&task];
  if (!made) made = {engine_.incarnation(), engine_.next_id()};
  return made;
}

wire::stored_result object_keeper::hand_on_result(written_content& content, detail::payload& value,
                                                  rpc::session_id owner) {
  add_names(content, value);
  wire::payload names = hand_on(value, owner);
  return {.place = {.bytes = content.bytes()},
          .carried = std::move(names.carried),
          .checksum = content.checksum(),
          .handing = names.handing};
}

void object_keeper::fetch_result(detail::cell& task, rpc::session_id from,
                                 const wire::stored_result& stored, brought_handler handler,
                                 std::function<transfers::loss()> gone) {
  own_object& mine = know(task);
  wire::payload names;
  names.carried = stored.carried;
  names.handing = stored.handing;
  handed by;
  mine.bytes.clear();
  if (take(from, names, mine.bytes, by)) finish(by);
  mine.stored = true;
  mine.gone = std::move(gone);
  if (mine.wait == transfers::wait_number{}) {
    mine.wait = transfers_.want(
        mine.id, bringing([this, object = mine.id, handler = std::move(handler)](
                              brought_value&& came, const std::exception_ptr& failure) {
          if (const auto found = own_.find(object); found != own_.end()) {
            found->second->wait = {};
            found->second->gone = nullptr;
          }
          handler(std::move(came), failure);
        }));
  }
  transfers_.fill_stored(mine.id, {stored.place.bytes, stored.checksum},
                         board_.incarnation_at(from));
}

void object_keeper::pass_over(rpc::session_id from, const wire::stored_result& stored) {
  wire::payload names;
  names.carried = stored.carried;
  names.handing = stored.handing;
  detail::payload unused;
  handed by;
  const bool taken = take(from, names, unused, by);
  unused.clear();
  if (taken) finish(by);
}

void object_keeper::result_came(detail::cell& task) {
  const auto known = ids_.find(&task);
  if (known == ids_.end()) return;
  own_object& mine = *own_.at(known->second);
  if (!std::exchange(mine.stored, false)) return;
  mine.bytes.clear();
  mine.gone = nullptr;
  transfers_.unwant(std::exchange(mine.wait, {}));
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
